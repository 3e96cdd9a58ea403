import ClusterModel

/// `[[volume]]`.
enum VolumeReader {
    static let keys = [
        "name", "disk", "metadata", "address", "protocol", "al-extents", "resync-rate", "on-io-error",
        "after-split-brain", "size-limit",
    ]

    static func read(
        _ table: Located<[String: TOMLNode]>, nodes: [NodeName], report: Report
    ) -> DraftItem<VolumeName, VolumeDefinition> {
        let reader = TableReader(
            table.value, at: table.path, title: tableTitle("volume", table), keys: keys, report: report)
        let name: VolumeName? = reader.required("name", .name)
        let disk = reader.perNode("disk", .path, nodes: nodes)
        let metadata = MetadataReader.read(reader, nodes: nodes)
        let address = reader.eachNode("address", .endpoint, nodes: nodes)
        let options = options(reader)
        var definition: VolumeDefinition?
        if let name, let disk, let metadata, let address, let options {
            definition = options(VolumeDefinition(name: name, disk: disk, metadata: metadata, address: address))
        }
        return DraftItem(path: table.path, name: name, definition: definition)
    }

    /// Reads the settings that have defaults; gives what puts them into a definition.
    private static func options(_ reader: TableReader) -> ((VolumeDefinition) -> VolumeDefinition)? {
        let wireProtocol = reader.optional("protocol", .word, default: WireProtocol.c)
        let extents = reader.optional("al-extents", .number(67...6433) { $0 }, default: 1237)
        let rate = reader.optional("resync-rate", .size(4 << 10...1 << 40))
        let onIOError = reader.optional("on-io-error", .word, default: IOErrorPolicy.detach)
        let policies = splitBrainPolicies(reader)
        let limit = reader.optional("size-limit", .size(1 << 20...1 << 50))
        guard let wireProtocol, let extents, let rate, let onIOError, let policies, let limit else { return nil }
        return { volume in
            var volume = volume
            volume.wireProtocol = wireProtocol
            volume.activityLogExtents = extents
            volume.resyncRate = rate
            volume.onIOError = onIOError
            volume.afterSplitBrain = policies
            volume.sizeLimit = limit
            return volume
        }
    }

    private static func splitBrainPolicies(_ reader: TableReader) -> SplitBrainPolicies? {
        let key = "after-split-brain"
        guard reader.has(key) else { return SplitBrainPolicies() }
        guard let table = reader.table(key, keys: ["zero-primaries", "one-primary"]) else { return nil }
        let zero = table.optional("zero-primaries", .word, default: SplitBrainPolicies.ZeroPrimaries.disconnect)
        let one = table.optional("one-primary", .word, default: SplitBrainPolicies.OnePrimary.disconnect)
        guard let zero, let one else { return nil }
        return SplitBrainPolicies(zeroPrimaries: zero, onePrimary: one)
    }
}
