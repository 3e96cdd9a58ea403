import ClusterModel

/// `[[link]]`.
enum LinkReader {
    private enum Kind: String, CaseIterable {
        case udp, serial

        var keys: [String] {
            switch self {
            case .udp: ["interface", "mode", "addresses", "group", "ttl", "port"]
            case .serial: ["device", "baud"]
            }
        }
    }

    private enum Mode: String, CaseIterable {
        case broadcast, unicast, multicast
    }

    /// Speeds that a Linux serial port can be set to and that a PC's port reaches.
    static let speeds = [9600, 19_200, 38_400, 57_600, 115_200, 230_400, 460_800, 500_000, 576_000, 921_600, 1_000_000]

    static func read(
        _ table: Located<[String: TOMLNode]>, nodes: [NodeName], report: Report
    ) -> DraftItem<LinkName, LinkDefinition> {
        let kind = KindPeek.read("kind", in: table.value, as: Kind.self)
        let reader = TableReader(
            table.value, at: table.path, title: tableTitle("link", table),
            keys: ["name", "kind"] + (kind.map { [$0] } ?? Kind.allCases).flatMap(\.keys), report: report)
        let name: LinkName? = reader.required("name", .name)
        let linkKind: LinkKind? =
            switch reader.required("kind", Syntax<Kind>.word) {
            case .udp: udp(reader, nodes: nodes).map { .udp($0) }
            case .serial: serial(reader, nodes: nodes).map { .serial($0) }
            case nil: nil
            }
        let definition = name.flatMap { name in linkKind.map { LinkDefinition(name: name, kind: $0) } }
        return DraftItem(path: table.path, name: name, definition: definition)
    }

    private static func udp(_ reader: TableReader, nodes: [NodeName]) -> UDPLink? {
        let interface = reader.perNode("interface", .interface, nodes: nodes)
        let port = reader.optional("port", .number(1...65_535) { UInt16($0) }, default: 694)
        let mode = mode(reader, nodes: nodes)
        guard let interface, let port, let mode else { return nil }
        return UDPLink(interface: interface, mode: mode, port: port)
    }

    private static func mode(_ reader: TableReader, nodes: [NodeName]) -> UDPLink.Mode? {
        guard let mode = reader.optional("mode", Syntax<Mode>.word, default: .broadcast) else { return nil }
        if mode != .unicast { reader.refuse("addresses", because: "is only for mode = \"unicast\"") }
        if mode != .multicast {
            reader.refuse("group", because: "is only for mode = \"multicast\"")
            reader.refuse("ttl", because: "is only for mode = \"multicast\"")
        }
        switch mode {
        case .broadcast: return .broadcast
        case .unicast: return reader.eachNode("addresses", .address, nodes: nodes).map { .unicast(addresses: $0) }
        case .multicast:
            let group = reader.required("group", .multicastGroup)
            let ttl = reader.optional("ttl", .number(1...255) { UInt8($0) }, default: 1)
            guard let group, let ttl else { return nil }
            return .multicast(group: group, ttl: ttl)
        }
    }

    private static func serial(_ reader: TableReader, nodes: [NodeName]) -> SerialLink? {
        let device = reader.perNode("device", .path, nodes: nodes)
        let allowed = "one of " + speeds.map(String.init).joined(separator: ", ")
        let syntax = Syntax<UInt32>(allowed) { node in
            if case .integer(let number) = node, speeds.contains(number) { UInt32(number) } else { nil }
        }
        let baud = reader.optional("baud", syntax, default: 115_200)
        guard let device, let baud else { return nil }
        return SerialLink(device: device, baud: baud)
    }
}

/// Looks at the setting that decides which other keys a table may have, before the table is opened.
enum KindPeek {
    static func read<Kind: RawRepresentable>(
        _ key: String, in values: [String: TOMLNode], as: Kind.Type
    ) -> Kind? where Kind.RawValue == String {
        if case .string(let word)? = values[key] { Kind(rawValue: word) } else { nil }
    }
}
