import ClusterModel

/// `[[volume]]`.
enum VolumeWriter {
    static func write(_ volume: VolumeDefinition, nodes: [NodeName], to text: inout TOMLText) {
        text.section(
            "[[volume]]", comment: "A raw partition on both servers; its file system is on /dev/bascule/\(volume.name)."
        )
        text.setting("name", volume.name.text)
        text.setting("disk", volume.disk, nodes: nodes)
        write(volume.metadata, nodes: nodes, to: &text)
        text.raw("address", TOMLText.table(volume.address, nodes: nodes))
        text.setting("protocol", volume.wireProtocol.rawValue, comment: "only C keeps every acknowledged write")
        text.raw("al-extents", String(volume.activityLogExtents), comment: "4 MiB of hot area each")
        if let rate = volume.resyncRate {
            text.setting("resync-rate", ByteSizeText.text(rate), comment: "bytes a second at most")
        }
        text.setting("on-io-error", volume.onIOError.rawValue, comment: "detach | pass-on | panic")
        let policies = volume.afterSplitBrain
        text.raw(
            "after-split-brain",
            "{ zero-primaries = \(TOMLText.quoted(policies.zeroPrimaries.rawValue)), "
                + "one-primary = \(TOMLText.quoted(policies.onePrimary.rawValue)) }")
        if let limit = volume.sizeLimit { text.setting("size-limit", ByteSizeText.text(limit)) }
    }

    private static func write(_ metadata: MetadataPlacement, nodes: [NodeName], to text: inout TOMLText) {
        switch metadata {
        case .internal:
            text.setting("metadata", "internal", comment: "internal | \"/dev/sdb1\" | \"/dev/sdb1[0]\"")
        case .external(let device):
            text.setting("metadata", device, nodes: nodes)
        case .indexed(.both(let device), let index):
            text.setting("metadata", "\(device)[\(index)]")
        case .indexed(.each(let devices), let index):
            text.raw("metadata", TOMLText.table(devices.mapValues { "\($0)[\(index)]" }, nodes: nodes))
        }
    }
}
