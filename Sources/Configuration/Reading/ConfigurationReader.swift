import ClusterModel

/// Reads and checks a cluster definition (`/etc/bascule/cluster.toml`; `docs/CONFIGURATION.md` is its reference).
package enum ConfigurationReader {
    /// A definition of two nodes has a few KiB. What is larger is another file.
    package static let largestFile = 256 << 10

    static let keys = [
        "name", "key-file", "ping-nodes", "silence", "timing", "node", "link", "volume", "group", "watchdog",
    ]

    /// Reads `text`; `file` is its name in the diagnostics.
    package static func read(_ text: String, file: String) -> ConfigurationReading {
        guard text.utf8.count <= largestFile else {
            return ConfigurationReading(
                failure: "the file has \(text.utf8.count) bytes", at: SourcePlace(file: file, line: 0),
                allowed: "up to \(largestFile) bytes")
        }
        // TOMLKit takes C strings: it would see the text only up to a NUL.
        if let null = text.utf8.firstIndex(of: 0) {
            let line = text.utf8[..<null].count { $0 == UInt8(ascii: "\n") } + 1
            return ConfigurationReading(
                failure: "there is a NUL byte in the file", at: SourcePlace(file: file, line: line), allowed: "text")
        }
        let document: TOMLDocument
        do {
            document = try TOMLDocument(text)
        } catch {
            return ConfigurationReading(
                failure: "this is not TOML: \(error.message)", at: SourcePlace(file: file, line: error.line))
        }
        let report = Report(file: file, locator: document.locator)
        let draft = draft(of: document.values, report: report)
        ConfigurationCheck.run(draft, report: report)
        return ConfigurationReading(
            definition: report.hasErrors ? nil : draft.definition, diagnostics: report.diagnostics)
    }

    private static func draft(of values: [String: TOMLNode], report: Report) -> Draft {
        let root = TableReader(values, at: .root, title: "the file", keys: keys, report: report)
        var draft = Draft()
        draft.name = root.required("name", Syntax<ClusterName>.name)?.text
        draft.keyFile = root.optional("key-file", .path, default: "/etc/bascule/cluster.key")
        draft.silence = root.optional("silence", .word, default: .keepServing)
        draft.pingNodes = root.list("ping-nodes", .address) ?? []
        draft.hasPingNodesKey = root.has("ping-nodes")
        draft.timing = TimingReader.read(root)
        draft.watchdog = WatchdogReader.read(root)
        draft.nodes = NodeReader.read(root)
        let nodes = usableNodes(draft)
        draft.links = root.tables("link").map { LinkReader.read($0, nodes: nodes, report: report) }
        draft.volumes = root.tables("volume").map { VolumeReader.read($0, nodes: nodes, report: report) }
        draft.groups = root.tables("group").map { GroupReader.read($0, nodes: nodes, report: report) }
        return draft
    }

    /// The pair; empty where it is none, so that not every setting that names a node is reported as well.
    private static func usableNodes(_ draft: Draft) -> [NodeName] {
        let nodes = draft.nodes.map(\.value)
        let areTwo = nodes.count == 2 && Set(nodes.map { $0.text.lowercased() }).count == 2
        return areTwo ? nodes : []
    }
}

/// The cluster's name follows the rule of the other names, though the model keeps it as text.
private struct ClusterName: Name {
    let text: String
    init(unchecked text: String) { self.text = text }
}
