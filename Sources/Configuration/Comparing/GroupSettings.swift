import ClusterModel

/// The settings of one group and its resources.
enum GroupSettings {
    static func add(_ group: GroupDefinition, nodes: [NodeName], to list: inout SettingList) {
        let place = "group \"\(group.name)\""
        list.add("\(place) preferred", group.preferred.text)
        for (index, resource) in group.resources.enumerated() {
            let place = "\(place) resource \(index + 1) (\(resource.kind.word))"
            list.add("\(place) kind", resource.kind.word)
            list.add("\(place) start-timeout", resource.startTimeout)
            list.add("\(place) stop-timeout", resource.stopTimeout)
            add(resource.kind, place: place, nodes: nodes, to: &list)
        }
    }

    private static func add(_ kind: ResourceKind, place: String, nodes: [NodeName], to list: inout SettingList) {
        switch kind {
        case .volume(let volume):
            list.add("\(place) volume", volume.text)
        case .filesystem(let filesystem):
            list.add("\(place) volume", filesystem.volume.text)
            list.add("\(place) mount-point", filesystem.mountPoint)
            list.add("\(place) type", filesystem.type)
            list.add("\(place) options", filesystem.options.joined(separator: ","))
        case .address(let address):
            list.add("\(place) address", "\(address.address)/\(address.prefixLength)")
            list.add("\(place) interface", address.interface, nodes: nodes)
            list.add("\(place) label", address.label ?? "none")
        case .unit(let unit):
            list.add("\(place) unit", unit)
        case .script(let script):
            list.add("\(place) path", script.path)
            list.add("\(place) arguments", quotedList(script.arguments))
            list.add("\(place) monitor-interval", script.monitorInterval.map { DurationText.text($0) } ?? "off")
        }
    }
}

extension ResourceKind {
    /// The word of `cluster.toml` for it, which status documents use too.
    package var word: String {
        switch self {
        case .volume: "volume"
        case .filesystem: "filesystem"
        case .address: "address"
        case .unit: "unit"
        case .script: "script"
        }
    }
}
