import ClusterModel

/// One table of the document while it is read. Unknown keys are reported when it is opened, and every value that is
/// not allowed when it is asked for, so that one reading finds all errors.
struct TableReader {
    let path: SettingPath
    /// How the table is called in messages, e.g. `[timing]` or `[[link]] "lan"`.
    let title: String
    let report: Report
    private let values: [String: TOMLNode]
    private let allowedKeys: [String]

    init(_ values: [String: TOMLNode], at path: SettingPath, title: String, keys: [String], report: Report) {
        self.values = values
        self.path = path
        self.title = title
        self.report = report
        allowedKeys = keys
        for key in values.keys.sorted() where !keys.contains(key) {
            report.error(
                "unknown key \(quotedKey(key)) in \(title)", at: path.key(key), allowed: keys.joined(separator: ", "),
                suggestion: SpellingSuggestion.nearest(to: key, among: keys.filter { values[$0] == nil }))
        }
    }

    /// A setting that must be there; nil after reporting where it is missing or not allowed.
    func required<Value>(_ key: String, _ syntax: Syntax<Value>) -> Value? {
        guard let node = node(key) else {
            reportMissing(key, allowed: syntax.allowed)
            return nil
        }
        return read(node, syntax, at: path.key(key), name: key)
    }

    /// A setting with a default; nil only after reporting that what stands there is not allowed.
    func optional<Value>(_ key: String, _ syntax: Syntax<Value>, default value: Value) -> Value? {
        guard let node = node(key) else { return value }
        return read(node, syntax, at: path.key(key), name: key)
    }

    /// A setting that may be left out: `.some(nil)` where it is, nil only after reporting.
    func optional<Value>(_ key: String, _ syntax: Syntax<Value>) -> Value?? {
        guard let node = node(key) else { return .some(nil) }
        return read(node, syntax, at: path.key(key), name: key).map { .some($0) }
    }

    /// A list whose broken elements are reported one by one.
    func list<Value>(_ key: String, _ syntax: Syntax<Value>) -> [Located<Value>]? {
        guard let node = node(key) else { return [] }
        guard case .array(let elements) = node else {
            reportKind(node, of: key, at: path.key(key), allowed: "a list in brackets; each element: \(syntax.allowed)")
            return nil
        }
        let read = elements.enumerated().map { index, element in
            let place = path.key(key).index(index)
            return self.read(element, syntax, at: place, name: key).map { Located(value: $0, path: place) }
        }
        return read.contains { $0 == nil } ? nil : read.compactMap { $0 }
    }

    /// A table inside this one; nil where it is not there, or after reporting.
    func table(_ key: String, keys: [String]) -> TableReader? {
        guard let node = node(key) else { return nil }
        guard case .table(let values) = node else {
            reportKind(node, of: key, at: path.key(key), allowed: "a table with \(keys.joined(separator: ", "))")
            return nil
        }
        return TableReader(values, at: path.key(key), title: innerTitle(key), keys: keys, report: report)
    }

    /// The raw tables of a list of tables such as `[[link]]`.
    func tables(_ key: String) -> [Located<[String: TOMLNode]>] {
        guard let node = node(key) else { return [] }
        guard case .array(let elements) = node else {
            reportKind(node, of: key, at: path.key(key), allowed: "any number of [[\(key)]] tables")
            return []
        }
        return elements.enumerated().compactMap { index, element in
            let place = path.key(key).index(index)
            guard case .table(let values) = element else {
                reportKind(element, of: key, at: place, allowed: "[[\(key)]] tables")
                return nil
            }
            return Located(value: values, path: place)
        }
    }

    /// A setting that is one value for both nodes or a table with one for each.
    func perNode<Value>(_ key: String, _ syntax: Syntax<Value>, nodes: [NodeName]) -> PerNode<Value>? {
        guard let node = node(key) else {
            reportMissing(key, allowed: "\(syntax.allowed); or a table with one for each node")
            return nil
        }
        guard case .table(let values) = node else {
            return read(node, syntax, at: path.key(key), name: key).map { .both($0) }
        }
        return eachNode(key, values, syntax, nodes: nodes).map { .each($0) }
    }

    /// A table with one value for each node.
    func eachNode<Value>(_ key: String, _ syntax: Syntax<Value>, nodes: [NodeName]) -> [NodeName: Value]? {
        let allowed = "a table with one value for each node; each: \(syntax.allowed)"
        guard let node = node(key) else {
            reportMissing(key, allowed: allowed)
            return nil
        }
        guard case .table(let values) = node else {
            reportKind(node, of: key, at: path.key(key), allowed: allowed)
            return nil
        }
        return eachNode(key, values, syntax, nodes: nodes)
    }

    func has(_ key: String) -> Bool {
        node(key) != nil
    }

    /// Says that a key is of no use beside other settings.
    func refuse(_ key: String, because reason: String) {
        guard has(key) else { return }
        report.error("\"\(key)\" in \(title) \(reason)", at: path.key(key))
    }

    private func eachNode<Value>(
        _ key: String, _ values: [String: TOMLNode], _ syntax: Syntax<Value>, nodes: [NodeName]
    ) -> [NodeName: Value]? {
        // Where the nodes themselves are broken, complaining about every table that names them would bury that.
        guard !nodes.isEmpty else { return nil }
        let table = TableReader(
            values, at: path.key(key), title: innerTitle(key), keys: nodes.map(\.text), report: report)
        let read = nodes.map { ($0, table.required($0.text, syntax)) }
        guard !read.contains(where: { $0.1 == nil }), values.count == nodes.count else { return nil }
        return read.reduce(into: [:]) { $0[$1.0] = $1.1 }
    }

    private func innerTitle(_ key: String) -> String {
        path.parent == nil ? "[\(key)]" : "\"\(key)\" of \(title)"
    }

    private func node(_ key: String) -> TOMLNode? {
        precondition(allowedKeys.contains(key), "the reader of \(title) asks for \"\(key)\", which it does not list")
        return values[key]
    }

    private func read<Value>(_ node: TOMLNode, _ syntax: Syntax<Value>, at path: SettingPath, name: String) -> Value? {
        if let value = syntax.read(node) { return value }
        if case .string(let text) = node {
            report.error(
                "\"\(name)\" in \(title) is \(quotedKey(text))", at: path, allowed: syntax.allowed,
                suggestion: SpellingSuggestion.nearest(to: text, among: syntax.candidates))
        } else if case .integer(let number) = node {
            report.error("\"\(name)\" in \(title) is the number \(number)", at: path, allowed: syntax.allowed)
        } else {
            reportKind(node, of: name, at: path, allowed: syntax.allowed)
        }
        return nil
    }

    private func reportMissing(_ key: String, allowed: String) {
        report.error("\"\(key)\" is missing in \(title)", at: path, allowed: allowed)
    }

    private func reportKind(_ node: TOMLNode, of key: String, at path: SettingPath, allowed: String) {
        report.error("\"\(key)\" in \(title) is a \(node.kind)", at: path, allowed: allowed)
    }

    /// Outside text as a message may show it: short, and without control characters.
    private func quotedKey(_ text: String) -> String {
        let clean = text.unicodeScalars.prefix(60).map { $0.value < 0x20 || $0.value == 0x7f ? "?" : String($0) }
        return "\"\(clean.joined())\(text.unicodeScalars.count > 60 ? "…" : "")\""
    }
}
