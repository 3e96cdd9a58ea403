import ClusterModel

/// `[[group]]`.
enum GroupReader {
    static func read(
        _ table: Located<[String: TOMLNode]>, nodes: [NodeName], report: Report
    ) -> DraftItem<GroupName, GroupDefinition> {
        let reader = TableReader(
            table.value, at: table.path, title: tableTitle("group", table), keys: ["name", "preferred", "resource"],
            report: report)
        let name: GroupName? = reader.required("name", .name)
        let preferred = preferred(reader, nodes: nodes)
        let tables = reader.tables("resource")
        let resources = tables.map { ResourceReader.read($0, group: reader.title, nodes: nodes, report: report) }
        if tables.isEmpty {
            report.error(
                "\(reader.title) has no resource", at: table.path,
                allowed: "one [[group.resource]] or more, in start order")
        }
        var definition: GroupDefinition?
        if let name, let preferred, !resources.contains(where: { $0 == nil }) {
            definition = GroupDefinition(name: name, preferred: preferred, resources: resources.compactMap { $0 })
        }
        return DraftItem(path: table.path, name: name, definition: definition)
    }

    private static func preferred(_ reader: TableReader, nodes: [NodeName]) -> NodeName? {
        guard !nodes.isEmpty else { return nil }
        let words = nodes.map(\.text)
        let allowed = "the name of a node: \(quotedList(words))"
        return reader.required(
            "preferred", .text(allowed, candidates: words) { text in nodes.first { $0.text == text } })
    }
}
