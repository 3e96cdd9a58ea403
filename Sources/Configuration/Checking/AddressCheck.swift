import ClusterModel

/// Service addresses, and the addresses they must not collide with.
enum AddressCheck {
    static func run(_ draft: Draft, report: Report) {
        let owners = fixedAddresses(draft)
        var seen: Set<String> = []
        for resource in GroupCheck.locatedResources(draft) {
            guard case .address(let address) = resource.value.kind else { continue }
            let path = resource.path
            if !seen.insert(address.address).inserted {
                report.error(
                    "the address \(address.address) is served twice; it may be in one group only, once",
                    at: path.key("address"))
            }
            if let owner = owners[address.address] {
                report.error(
                    "the service address \(address.address) is also \(owner)", at: path.key("address"),
                    allowed: "an address that no machine has of its own")
            }
            host(address, at: path, report: report)
            label(of: address, nodes: draft.nodes.map(\.value), at: path, report: report)
        }
    }

    /// Addresses that belong to a machine, with what they are there.
    private static func fixedAddresses(_ draft: Draft) -> [String: String] {
        var owners: [String: String] = [:]
        for pingNode in draft.pingNodes { owners[pingNode.value] = "a ping node" }
        for node in draft.nodes.map(\.value) {
            for volume in draft.volumes.compactMap(\.definition) {
                guard let end = volume.address[node].flatMap({ EndpointText($0) }) else { continue }
                owners[end.address.canonical] = "the address of volume \"\(volume.name)\" on \(node)"
            }
            for link in draft.links.compactMap(\.definition) {
                guard case .udp(let udp) = link.kind, case .unicast(let addresses) = udp.mode,
                    let address = addresses[node]
                else { continue }
                owners[address] = "the address of link \"\(link.name)\" on \(node)"
            }
        }
        return owners
    }

    /// In IPv4 the first and last address of a network are no hosts (except in networks of one or two).
    private static func host(_ address: AddressResource, at path: SettingPath, report: Report) {
        guard let parsed = AddressText(address.address) else { return }
        if parsed.isLoopback {
            report.warning(
                "the service address \(address.address) is a loopback address: no client can reach it",
                at: path.key("address"))
        }
        guard !parsed.isIPv6, address.prefixLength < 31 else { return }
        let mask = UInt32.max >> UInt32(address.prefixLength)
        let host = parsed.bytes.reduce(UInt32(0)) { $0 << 8 | UInt32($1) } & mask
        guard host == 0 || host == mask else { return }
        report.error(
            "\(address.address)/\(address.prefixLength) is the \(host == 0 ? "network" : "broadcast") address of its "
                + "network", at: path.key("address"), allowed: "a host's address")
    }

    private static func label(of address: AddressResource, nodes: [NodeName], at path: SettingPath, report: Report) {
        guard let label = address.label else { return }
        if address.address.contains(":") {
            report.error(
                "the IPv6 address \(address.address) has a label", at: path.key("label"),
                allowed: "labels with IPv4 addresses only")
            return
        }
        for node in nodes {
            guard let interface = address.interface[node] else { continue }
            if label != interface && !label.hasPrefix(interface + ":") {
                report.warning(
                    "the label \"\(label)\" does not begin with the interface \"\(interface)\" of \(node): old tools will "
                        + "not show the address", at: path.key("label"), allowed: "such as \"\(interface):0\"")
            }
        }
    }
}
