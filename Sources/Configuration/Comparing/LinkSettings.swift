import ClusterModel

/// The settings of one link.
enum LinkSettings {
    static func add(_ link: LinkDefinition, nodes: [NodeName], to list: inout SettingList) {
        let place = "link \"\(link.name)\""
        switch link.kind {
        case .udp(let udp):
            list.add("\(place) kind", "udp")
            list.add("\(place) interface", udp.interface, nodes: nodes)
            list.add("\(place) port", String(udp.port))
            add(udp.mode, place: place, nodes: nodes, to: &list)
        case .serial(let serial):
            list.add("\(place) kind", "serial")
            list.add("\(place) device", serial.device, nodes: nodes)
            list.add("\(place) baud", String(serial.baud))
        }
    }

    private static func add(_ mode: UDPLink.Mode, place: String, nodes: [NodeName], to list: inout SettingList) {
        switch mode {
        case .broadcast:
            list.add("\(place) mode", "broadcast")
        case .unicast(let addresses):
            list.add("\(place) mode", "unicast")
            list.add("\(place) address", addresses, nodes: nodes)
        case .multicast(let group, let ttl):
            list.add("\(place) mode", "multicast")
            list.add("\(place) group", group)
            list.add("\(place) ttl", String(ttl))
        }
    }
}
