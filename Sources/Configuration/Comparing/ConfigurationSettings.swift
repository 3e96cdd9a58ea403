import ClusterModel

/// A definition as a flat list of settings: the canonical form that is digested and compared.
///
/// Two files of the same meaning give the same list: comments, spacing, the order of keys, units (`2s`, `2000ms`) and
/// one value for both nodes or the same for each make no difference. The order of nodes, links, volumes, groups and
/// resources does: the order of resources is their start order, and the others are numbered by it.
package enum ConfigurationSettings {
    package struct Setting: Hashable, Sendable {
        /// Where, in words, e.g. `group "web" resource 3 (address) interface on serv-a`.
        package let place: String
        package let value: String
    }

    package static func list(of definition: ClusterDefinition) -> [Setting] {
        var list = SettingList()
        list.add("name", definition.name)
        list.add("key-file", definition.keyFile)
        list.add("ping-nodes", definition.pingNodes.joined(separator: ", "))
        list.add("silence", definition.silence.rawValue)
        timing(definition.timing, to: &list)
        if let watchdog = definition.watchdog {
            list.add("watchdog device", watchdog.device)
            list.add("watchdog timeout", watchdog.timeout)
        }
        let nodes = definition.nodes.map(\.name)
        list.add("order of the nodes", nodes.map(\.text).joined(separator: ", "))
        list.add("order of the links", definition.links.map(\.name.text).joined(separator: ", "))
        list.add("order of the volumes", definition.volumes.map(\.name.text).joined(separator: ", "))
        list.add("order of the groups", definition.groups.map(\.name.text).joined(separator: ", "))
        for link in definition.links { LinkSettings.add(link, nodes: nodes, to: &list) }
        for volume in definition.volumes { VolumeSettings.add(volume, nodes: nodes, to: &list) }
        for group in definition.groups { GroupSettings.add(group, nodes: nodes, to: &list) }
        return list.settings
    }

    private static func timing(_ timing: Timing, to list: inout SettingList) {
        list.add("keepalive", timing.keepalive)
        list.add("warntime", timing.warntime)
        list.add("deadtime", timing.deadtime)
        list.add("initdead", timing.initdead)
        list.add("auto_failback", timing.autoFailback.rawValue)
    }
}

/// The list while it is put together.
struct SettingList {
    private(set) var settings: [ConfigurationSettings.Setting] = []

    mutating func add(_ place: String, _ value: String) {
        settings.append(ConfigurationSettings.Setting(place: place, value: value))
    }

    mutating func add(_ place: String, _ value: Duration) {
        add(place, DurationText.text(value))
    }

    /// Always one setting for each node, however it is written.
    mutating func add(_ place: String, _ value: PerNode<String>, nodes: [NodeName]) {
        for node in nodes { add("\(place) on \(node)", value[node] ?? "none") }
    }

    mutating func add(_ place: String, _ values: [NodeName: String], nodes: [NodeName]) {
        add(place, .each(values), nodes: nodes)
    }
}
