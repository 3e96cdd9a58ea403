import ClusterModel

/// `[[group]]` with its `[[group.resource]]`.
enum GroupWriter {
    private static let standardTimeout = Duration.seconds(60)

    static func write(_ group: GroupDefinition, nodes: [NodeName], to text: inout TOMLText) {
        text.section("[[group]]", comment: "Serves together on one server: started in this order, stopped in reverse.")
        text.setting("name", group.name.text)
        text.setting("preferred", group.preferred.text)
        for resource in group.resources { write(resource, nodes: nodes, to: &text) }
    }

    private static func write(_ resource: ResourceDefinition, nodes: [NodeName], to text: inout TOMLText) {
        text.section("[[group.resource]]", comment: nil)
        text.setting("kind", resource.kind.word)
        switch resource.kind {
        case .volume(let volume): text.setting("volume", volume.text)
        case .filesystem(let filesystem): write(filesystem, to: &text)
        case .address(let address): write(address, nodes: nodes, to: &text)
        case .unit(let unit): text.setting("unit", unit)
        case .script(let script): write(script, to: &text)
        }
        if resource.startTimeout != standardTimeout {
            text.setting("start-timeout", DurationText.text(resource.startTimeout))
        }
        if resource.stopTimeout != standardTimeout {
            text.setting("stop-timeout", DurationText.text(resource.stopTimeout))
        }
    }

    private static func write(_ filesystem: FilesystemResource, to text: inout TOMLText) {
        text.setting("volume", filesystem.volume.text)
        text.setting("mount-point", filesystem.mountPoint)
        text.setting("type", filesystem.type)
        if !filesystem.options.isEmpty { text.raw("options", TOMLText.list(filesystem.options)) }
    }

    private static func write(_ address: AddressResource, nodes: [NodeName], to text: inout TOMLText) {
        text.setting("address", "\(address.address)/\(address.prefixLength)")
        text.setting("interface", address.interface, nodes: nodes)
        if let label = address.label { text.setting("label", label) }
    }

    private static func write(_ script: ScriptResource, to text: inout TOMLText) {
        text.setting("path", script.path)
        if !script.arguments.isEmpty { text.raw("arguments", TOMLText.list(script.arguments)) }
        text.setting("monitor-interval", script.monitorInterval.map { DurationText.text($0) } ?? "off")
    }
}
