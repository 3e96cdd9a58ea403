import ClusterModel

/// The settings of one volume.
enum VolumeSettings {
    static func add(_ volume: VolumeDefinition, nodes: [NodeName], to list: inout SettingList) {
        let place = "volume \"\(volume.name)\""
        list.add("\(place) disk", volume.disk, nodes: nodes)
        add(volume.metadata, place: "\(place) metadata", nodes: nodes, to: &list)
        list.add("\(place) address", volume.address, nodes: nodes)
        list.add("\(place) protocol", volume.wireProtocol.rawValue)
        list.add("\(place) al-extents", String(volume.activityLogExtents))
        list.add("\(place) resync-rate", volume.resyncRate.map { ByteSizeText.text($0) } ?? "no limit")
        list.add("\(place) on-io-error", volume.onIOError.rawValue)
        list.add("\(place) after-split-brain zero-primaries", volume.afterSplitBrain.zeroPrimaries.rawValue)
        list.add("\(place) after-split-brain one-primary", volume.afterSplitBrain.onePrimary.rawValue)
        list.add("\(place) size-limit", volume.sizeLimit.map { ByteSizeText.text($0) } ?? "no limit")
    }

    private static func add(
        _ metadata: MetadataPlacement, place: String, nodes: [NodeName], to list: inout SettingList
    ) {
        switch metadata {
        case .internal:
            for node in nodes { list.add("\(place) on \(node)", "internal") }
        case .external(let device):
            list.add(place, device, nodes: nodes)
        case .indexed(let device, let index):
            for node in nodes { list.add("\(place) on \(node)", device[node].map { "\($0)[\(index)]" } ?? "none") }
        }
    }
}
