import Foundation

/// The cables of a lab: four network namespaces. `lan` holds two switches (bridges): one joins `eth0` of both nodes and
/// of the client, the other is the direct cable between the nodes' `eth1`. The `lan` namespace itself answers as gateway.
///
///     serv-a eth0 192.0.2.1 ──┐            ┌── 192.0.2.2 eth0 serv-b
///                             ├─ switch ───┤
///     client eth0 192.0.2.100 ┘  .254      └   eth1 198.51.100.1 ── direct ── 198.51.100.2
package final class Network {
    package enum Place: String, CaseIterable, Sendable {
        case a, b, client, lan
    }

    package static let gateway = "192.0.2.254"
    private let prefix: String

    package init(identifier: String) throws {
        prefix = "bascule-\(identifier)-"
        do {
            try build()
        } catch {
            remove()
            throw error
        }
    }

    package func namespace(_ place: Place) -> String { prefix + place.rawValue }

    /// The kernel's file for the namespace, for `setns`.
    package func path(_ place: Place) -> String { "/run/netns/" + namespace(place) }

    private func build() throws {
        try addNamespace(.lan)
        // An address of their own: a bridge without one changes it with its ports, and the gateway's neighbours would
        // not find it for a while.
        for (bridge, address) in [("lan0", "02:00:00:00:02:fe"), ("direct0", "02:00:00:00:03:fe")] {
            try ip(.lan, "link add \(bridge) address \(address) type bridge stp_state 0 forward_delay 0")
            try ip(.lan, "link set \(bridge) up")
        }
        try ip(.lan, "addr add \(Self.gateway)/24 dev lan0")
        for place in [Place.a, .b, .client] { try connect(place) }
    }

    /// A machine's network as it is after a boot: its namespace, its cables in the switches, its own addresses.
    package func connect(_ place: Place) throws {
        try addNamespace(place)
        switch place {
        case .a:
            try plug(.a, "eth0", "192.0.2.1/24", into: "lan0")
            try plug(.a, "eth1", "198.51.100.1/24", into: "direct0")
        case .b:
            try plug(.b, "eth0", "192.0.2.2/24", into: "lan0")
            try plug(.b, "eth1", "198.51.100.2/24", into: "direct0")
        case .client: try plug(.client, "eth0", "192.0.2.100/24", into: "lan0")
        case .lan: break
        }
    }

    /// What the switches see when a node loses its power: no carrier, no answer to ARP, all at once.
    package func losePower(_ place: Place) throws {
        for interface in ["eth0", "eth1"] { try unplug(place, interface) }
    }

    /// Takes a node's network away; `connect` makes it anew.
    package func disconnect(_ place: Place) throws {
        for interface in ["eth0", "eth1"] { try ip(.lan, "link del \(port(place, interface))") }
        try Shell.run(["ip", "netns", "del", namespace(place)])
    }

    private func addNamespace(_ place: Place) throws {
        try Shell.run(["ip", "netns", "add", namespace(place)])
        try ip(place, "link set lo up")
    }

    private func plug(_ place: Place, _ interface: String, _ address: String, into bridge: String) throws {
        let port = port(place, interface)
        try ip(.lan, "link add \(port) type veth peer name \(interface) netns \(namespace(place))")
        try ip(.lan, "link set \(port) master \(bridge) up")
        try ip(place, "addr add \(address) dev \(interface)")
        try ip(place, "link set \(interface) up")
    }

    private func port(_ place: Place, _ interface: String) -> String { "\(place.rawValue)-\(interface)" }

    /// Pulls the cable out of the switch: both ends lose their carrier.
    package func unplug(_ place: Place, _ interface: String) throws {
        try ip(.lan, "link set \(port(place, interface)) down")
    }

    package func plugIn(_ place: Place, _ interface: String) throws {
        try ip(.lan, "link set \(port(place, interface)) up")
    }

    /// Takes the port out of the switch but leaves the carrier: frames vanish without a sign.
    package func cutSilently(_ place: Place, _ interface: String) throws {
        try ip(.lan, "link set \(port(place, interface)) nomaster")
    }

    package func mend(_ place: Place, _ interface: String) throws {
        try ip(.lan, "link set \(port(place, interface)) master \(interface == "eth0" ? "lan0" : "direct0")")
    }

    /// The gateway stops answering, without a cable being touched.
    package func removeGateway() throws { try ip(.lan, "addr del \(Self.gateway)/24 dev lan0") }

    package func restoreGateway() throws { try ip(.lan, "addr add \(Self.gateway)/24 dev lan0") }

    /// A stranger takes an address on the LAN.
    package func addStranger(_ address: String) throws { try ip(.lan, "addr add \(address)/24 dev lan0") }

    package func removeStranger(_ address: String) throws { try ip(.lan, "addr del \(address)/24 dev lan0") }

    @discardableResult package func ip(_ place: Place, _ arguments: String) throws -> String {
        try Shell.run(["ip", "-n", namespace(place)] + arguments.split(separator: " ").map(String.init))
    }

    package func remove() {
        for place in Place.allCases.reversed() {
            _ = try? Shell.attempt(["ip", "netns", "del", namespace(place)])  // may never have been made
        }
    }
}
