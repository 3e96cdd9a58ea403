import ClusterModel

/// `metadata` of a volume: `"internal"`, `"/dev/sdb1"`, `"/dev/sdb1[0]"`, or one of the latter two for each node.
enum MetadataReader {
    /// One device, with the slot where the device is shared by several volumes.
    private struct Device: Hashable, Codable {
        var path: String
        var index: UInt8?
    }

    private static let deviceAllowed = "a device such as \"/dev/sdb1\", or a slot of one such as \"/dev/sdb1[0]\""

    static func read(_ reader: TableReader, nodes: [NodeName]) -> MetadataPlacement? {
        if case .table? = reader.optional("metadata", Syntax<TOMLNode>("") { $0 }, default: .string("internal")) {
            return each(reader, nodes: nodes)
        }
        let syntax = Syntax<MetadataPlacement>.text(
            "\"internal\", or \(deviceAllowed), or a table with one for each node", candidates: ["internal"]
        ) { text in
            text == "internal" ? .internal : device(text).map { placement(.both($0.path), index: $0.index) }
        }
        return reader.optional("metadata", syntax, default: .internal)
    }

    private static func each(_ reader: TableReader, nodes: [NodeName]) -> MetadataPlacement? {
        guard let devices = reader.eachNode("metadata", .text(deviceAllowed, parse: device), nodes: nodes) else {
            return nil
        }
        let indexes = Set(devices.values.map(\.index))
        guard indexes.count == 1, let index = indexes.first else {
            reader.report.error(
                "\"metadata\" of \(reader.title) differs in its slot", at: reader.path.key("metadata"),
                allowed: "the same slot on both nodes, or none")
            return nil
        }
        return placement(.each(devices.mapValues(\.path)), index: index)
    }

    private static func placement(_ path: PerNode<String>, index: UInt8?) -> MetadataPlacement {
        index.map { .indexed(path, index: $0) } ?? .external(path)
    }

    private static func device(_ text: String) -> Device? {
        guard text.hasPrefix("/"), text.utf8.count < 4096, text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7f }) else {
            return nil
        }
        guard text.hasSuffix("]") else { return Device(path: text, index: nil) }
        guard let bracket = text.lastIndex(of: "["),
            let index = UInt8(text[text.index(after: bracket)...].dropLast()), bracket > text.startIndex
        else { return nil }
        return Device(path: String(text[..<bracket]), index: index)
    }
}
