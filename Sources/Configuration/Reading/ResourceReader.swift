import ClusterModel

/// `[[group.resource]]`.
enum ResourceReader {
    private enum Kind: String, CaseIterable {
        case volume, filesystem, address, unit, script

        var keys: [String] {
            switch self {
            case .volume: ["volume"]
            case .filesystem: ["volume", "mount-point", "type", "options"]
            case .address: ["address", "interface", "label"]
            case .unit: ["unit"]
            case .script: ["path", "arguments", "monitor-interval"]
            }
        }
    }

    private static let commonKeys = ["kind", "start-timeout", "stop-timeout"]
    private static let unitSuffixes = [".service", ".socket", ".target", ".mount", ".timer", ".path"]

    /// nil after an error.
    static func read(
        _ table: Located<[String: TOMLNode]>, group: String, nodes: [NodeName], report: Report
    ) -> ResourceDefinition? {
        let kind = KindPeek.read("kind", in: table.value, as: Kind.self)
        // Without a kind it is not known which keys are right, so all are taken.
        let keys = kind?.keys ?? Kind.allCases.flatMap(\.keys)
        let reader = TableReader(
            table.value, at: table.path, title: title(table, kind: kind, group: group), keys: commonKeys + keys,
            report: report)
        let resourceKind: ResourceKind? =
            switch reader.required("kind", Syntax<Kind>.word) {
            case .volume: reader.required("volume", .name).map { .volume($0) }
            case .filesystem: filesystem(reader).map { .filesystem($0) }
            case .address: address(reader, nodes: nodes).map { .address($0) }
            case .unit: unit(reader).map { .unit($0) }
            case .script: script(reader).map { .script($0) }
            case nil: nil
            }
        let limits = Duration.milliseconds(100) ... .seconds(3600)
        let start = reader.optional("start-timeout", .time(limits), default: .seconds(60))
        let stop = reader.optional("stop-timeout", .time(limits), default: .seconds(60))
        guard let resourceKind, let start, let stop else { return nil }
        return ResourceDefinition(kind: resourceKind, startTimeout: start, stopTimeout: stop)
    }

    private static func title(_ table: Located<[String: TOMLNode]>, kind: Kind?, group: String) -> String {
        guard case .index(let index)? = table.path.steps.last else { return group }
        return "resource \(index + 1)\(kind.map { " (\($0.rawValue))" } ?? "") of \(group)"
    }

    private static func filesystem(_ reader: TableReader) -> FilesystemResource? {
        let volume: VolumeName? = reader.required("volume", .name)
        let mountPoint = reader.required("mount-point", .path)
        let type = reader.optional(
            "type", .token("the name of a file system the kernel knows, such as \"ext4\""), default: "ext4")
        let options = reader.list("options", .token("a mount option as in fstab, such as \"noatime\""))
        guard let volume, let mountPoint, let type, let options else { return nil }
        return FilesystemResource(
            volume: volume, mountPoint: trimmed(mountPoint), type: type, options: options.map(\.value))
    }

    /// Without slashes at the end, as `/proc/mounts` shows it.
    private static func trimmed(_ path: String) -> String {
        var path = path
        while path.count > 1, path.last == "/" { path.removeLast() }
        return path
    }

    private static func address(_ reader: TableReader, nodes: [NodeName]) -> AddressResource? {
        let network = reader.required(
            "address",
            .text("ADDRESS/PREFIX, such as \"192.0.2.10/24\" or \"2001:db8::10/64\"") { text in
                NetworkText(text).flatMap { $0.address.isUnicast ? $0 : nil }
            })
        let interface = reader.perNode("interface", .interface, nodes: nodes)
        let label = reader.optional("label", .label)
        guard let network, let interface, let label else { return nil }
        return AddressResource(
            address: network.address.canonical, prefixLength: network.prefixLength, interface: interface, label: label)
    }

    private static func unit(_ reader: TableReader) -> String? {
        reader.required(
            "unit",
            .text("a systemd unit with its suffix, such as \"apache2.service\"") { text in
                let isName = text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f && $0 != UInt8(ascii: "/") }
                return isName && text.utf8.count < 256 && unitSuffixes.contains { text.hasSuffix($0) && text != $0 }
                    ? text : nil
            })
    }

    private static func script(_ reader: TableReader) -> ScriptResource? {
        let path = reader.required("path", .path)
        let arguments = reader.list("arguments", .argument)
        let times = Syntax<Duration>.time(.milliseconds(100) ... .seconds(3600))
        let interval = reader.optional(
            "monitor-interval",
            Syntax<Duration?>("\(times.allowed); or \"off\"", candidates: ["off"]) { node in
                if case .string("off") = node { .some(nil) } else { times.read(node).map { .some($0) } }
            }, default: .seconds(10))
        guard let path, let arguments, let interval else { return nil }
        return ScriptResource(path: path, arguments: arguments.map(\.value), monitorInterval: interval)
    }
}
