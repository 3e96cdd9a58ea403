import ClusterModel

/// Lines of TOML as they are put together.
struct TOMLText {
    private var lines: [String] = []

    var text: String { lines.map { $0 + "\n" }.joined() }

    mutating func comment(_ comment: String) {
        lines.append("# \(comment)")
    }

    mutating func blank() {
        lines.append("")
    }

    mutating func header(_ header: String) {
        lines.append(header)
    }

    /// A blank line, a comment and the header of a table, each where given.
    mutating func section(_ header: String?, comment: String?) {
        blank()
        if let comment { self.comment(comment) }
        if let header { self.header(header) }
    }

    mutating func setting(_ key: String, _ value: String, comment: String? = nil) {
        raw(key, Self.quoted(value), comment: comment)
    }

    /// A setting whose value is already TOML.
    mutating func raw(_ key: String, _ value: String, comment: String? = nil) {
        let setting = "\(key) = \(value)"
        let padding = String(repeating: " ", count: max(1, 40 - setting.count))
        lines.append(comment.map { "\(setting)\(padding)# \($0)" } ?? setting)
    }

    mutating func setting(_ key: String, _ value: PerNode<String>, nodes: [NodeName], comment: String? = nil) {
        switch value {
        case .both(let value): setting(key, value, comment: comment)
        case .each(let values): raw(key, Self.table(values, nodes: nodes), comment: comment)
        }
    }

    static func list(_ values: [String]) -> String {
        "[\(values.map(quoted).joined(separator: ", "))]"
    }

    /// An inline table in the order of the nodes.
    static func table(_ values: [NodeName: String], nodes: [NodeName]) -> String {
        let entries = nodes.compactMap { node in values[node].map { "\(key(node.text)) = \(quoted($0))" } }
        return "{ \(entries.joined(separator: ", ")) }"
    }

    /// A basic string. Every text is possible; control characters are escaped.
    static func quoted(_ text: String) -> String {
        let escaped = text.unicodeScalars.map { scalar -> String in
            switch scalar {
            case "\"": return "\\\""
            case "\\": return "\\\\"
            case "\u{0}"..."\u{1f}", "\u{7f}":
                let digits = String(scalar.value, radix: 16)
                return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: return String(scalar)
            }
        }
        return "\"\(escaped.joined())\""
    }

    /// Names may contain dots, which a bare key would not keep together.
    private static func key(_ name: String) -> String {
        name.contains(".") ? quoted(name) : name
    }
}
