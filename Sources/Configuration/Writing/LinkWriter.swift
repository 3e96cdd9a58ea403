import ClusterModel

/// `[[link]]`.
enum LinkWriter {
    static func write(_ link: LinkDefinition, nodes: [NodeName], to text: inout TOMLText) {
        switch link.kind {
        case .udp(let udp):
            text.section("[[link]]", comment: "Heartbeats over Ethernet.")
            text.setting("name", link.name.text)
            text.setting("kind", "udp")
            text.setting("interface", udp.interface, nodes: nodes)
            write(udp.mode, nodes: nodes, to: &text)
            text.raw("port", String(udp.port))
        case .serial(let serial):
            text.section("[[link]]", comment: "Heartbeats over a null-modem cable.")
            text.setting("name", link.name.text)
            text.setting("kind", "serial")
            text.setting("device", serial.device, nodes: nodes)
            text.raw("baud", String(serial.baud))
        }
    }

    private static func write(_ mode: UDPLink.Mode, nodes: [NodeName], to text: inout TOMLText) {
        switch mode {
        case .broadcast:
            text.setting("mode", "broadcast", comment: "broadcast | unicast | multicast")
        case .unicast(let addresses):
            text.setting("mode", "unicast", comment: "broadcast | unicast | multicast")
            text.raw("addresses", TOMLText.table(addresses, nodes: nodes))
        case .multicast(let group, let ttl):
            text.setting("mode", "multicast", comment: "broadcast | unicast | multicast")
            text.setting("group", group)
            text.raw("ttl", String(ttl))
        }
    }
}
