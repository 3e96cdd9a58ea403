import ClusterModel

/// The media of `ha.cf`, which become links.
struct HAMediaTranslator {
    private(set) var links: [LinkDefinition] = []
    /// Interfaces in the order of the file: a guess for addresses that name none.
    private(set) var interfaces: [String] = []
    /// `ucast` names the peer; two lines with one interface name both nodes.
    private var unicasts: [(interface: String, addresses: [String], port: UInt16, place: SourcePlace)] = []
    private var port: UInt16 = 694
    /// Heartbeat's default.
    private var baud: UInt32 = 19_200

    init() {}

    /// Nobody has more cables between two machines.
    private static let mostLinks = 16

    mutating func apply(_ directive: HADirective, notes: inout ImportNotes) {
        guard links.count + unicasts.count + directive.values.count <= Self.mostLinks else {
            notes.dropped("These would be more than \(Self.mostLinks) links.", at: directive.place)
            return
        }
        switch directive.name {
        case "udpport": udpPort(directive, notes: &notes)
        case "baud": speed(directive, notes: &notes)
        case "serial": directive.values.forEach { serial($0, at: directive.place, notes: &notes) }
        case "bcast", "udp": directive.values.forEach { broadcast($0, at: directive.place, notes: &notes) }
        case "ucast": unicast(directive, notes: &notes)
        case "mcast": multicast(directive, notes: &notes)
        default: preconditionFailure("\(directive.name) is no medium")
        }
    }

    /// Turns the collected `ucast` lines into links, once the nodes are known.
    mutating func finish(nodes: [NodeName], notes: inout ImportNotes) {
        for unicast in unicasts {
            if unicast.addresses.count == 2, nodes.count == 2 {
                let addresses = [nodes[0]: unicast.addresses[0], nodes[1]: unicast.addresses[1]]
                add(unicast.interface, .unicast(addresses: addresses), port: unicast.port)
                notes.guessed(
                    "Unicast on \(unicast.interface): \(nodes[0]) is taken to have \(unicast.addresses[0]) and "
                        + "\(nodes[1]) \(unicast.addresses[1]); the file does not say which is whose.",
                    at: unicast.place)
            } else {
                add(unicast.interface, .broadcast, port: unicast.port)
                notes.guessed(
                    "ucast names \(unicast.addresses.count) of the two addresses, but the definition needs both; "
                        + "broadcast on \(unicast.interface) stands in for it.", at: unicast.place)
            }
        }
        unicasts = []
    }

    private mutating func udpPort(_ directive: HADirective, notes: inout ImportNotes) {
        guard let value = directive.values.first.flatMap({ UInt16($0) }), value > 0 else {
            notes.dropped("udpport needs a number from 1 to 65535.", at: directive.place)
            return
        }
        port = value
        notes.translated("port = \(value) for the links below.", at: directive.place)
    }

    private mutating func speed(_ directive: HADirective, notes: inout ImportNotes) {
        guard let value = directive.values.first.flatMap({ Int($0) }), LinkReader.speeds.contains(value) else {
            notes.dropped("baud needs a usual speed, such as 19200 or 115200.", at: directive.place)
            return
        }
        baud = UInt32(value)
        notes.translated("baud = \(value) for the serial links below.", at: directive.place)
    }

    private mutating func serial(_ device: String, at place: SourcePlace, notes: inout ImportNotes) {
        guard device.hasPrefix("/") else {
            notes.dropped("\(shown(device)) is no path of a serial device.", at: place)
            return
        }
        let name = uniqueName(String(device.split(separator: "/").last ?? "serial"))
        links.append(LinkDefinition(name: name, kind: .serial(SerialLink(device: .both(device), baud: baud))))
        notes.translated("Link \"\(name)\": serial on \(shown(device)) at \(baud) baud.", at: place)
    }

    private mutating func broadcast(_ interface: String, at place: SourcePlace, notes: inout ImportNotes) {
        guard let interface = checked(interface, at: place, notes: &notes) else { return }
        let name = add(interface, .broadcast, port: port)
        notes.translated("Link \"\(name)\": broadcast on \(interface), port \(port).", at: place)
    }

    private mutating func unicast(_ directive: HADirective, notes: inout ImportNotes) {
        guard directive.values.count >= 2, let address = AddressText(directive.values[1]), address.isUnicast else {
            notes.dropped("ucast needs an interface and an address.", at: directive.place)
            return
        }
        guard let interface = checked(directive.values[0], at: directive.place, notes: &notes) else { return }
        if let index = unicasts.firstIndex(where: { $0.interface == interface }) {
            unicasts[index].addresses.append(address.canonical)
        } else {
            unicasts.append((interface, [address.canonical], port, directive.place))
        }
    }

    private mutating func multicast(_ directive: HADirective, notes: inout ImportNotes) {
        let values = directive.values
        guard values.count >= 4, let group = AddressText(values[1]), group.isMulticast, let port = UInt16(values[2]),
            port > 0, let ttl = UInt8(values[3])
        else {
            notes.dropped("mcast needs interface, multicast group, port and ttl.", at: directive.place)
            return
        }
        guard let interface = checked(values[0], at: directive.place, notes: &notes) else { return }
        let name = add(interface, .multicast(group: group.canonical, ttl: max(1, ttl)), port: port)
        notes.translated("Link \"\(name)\": multicast \(group.canonical) on \(interface).", at: directive.place)
    }

    private func checked(_ interface: String, at place: SourcePlace, notes: inout ImportNotes) -> String? {
        if Syntax<String>.interface.read(.string(interface)) != nil { return interface }
        notes.dropped("\(shown(interface)) cannot be the name of an interface.", at: place)
        return nil
    }

    @discardableResult
    private mutating func add(_ interface: String, _ mode: UDPLink.Mode, port: UInt16) -> LinkName {
        let name = uniqueName(interface)
        links.append(
            LinkDefinition(
                name: name, kind: .udp(UDPLink(interface: .both(interface), mode: mode, port: port))))
        if !interfaces.contains(interface) { interfaces.append(interface) }
        return name
    }

    private func uniqueName(_ wish: String) -> LinkName {
        let taken = links.map(\.name)
        return ImportedName.unique(wish, fallback: "link") { !taken.contains($0) }
    }
}
