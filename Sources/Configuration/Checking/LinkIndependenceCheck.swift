import ClusterModel

/// Whether the links can fail one by one: the whole safety of two boxes alone rests on that.
enum LinkIndependenceCheck {
    static func run(_ draft: Draft, report: Report) {
        count(draft, report: report)
        sharedPorts(draft, report: report)
    }

    private static func count(_ draft: Draft, report: Report) {
        let place = draft.links.first?.path ?? .root.key("link")
        switch draft.links.count {
        case 0:
            report.error("the cluster has no [[link]]", at: place, allowed: "one or more, best one udp and one serial")
        case 1:
            report.warning(
                "there is only one link: when it fails each node takes the other one for dead", at: place,
                allowed: "a second link over another cable, best of the other kind")
        default:
            let kinds = Set(draft.links.compactMap { $0.definition.map { isSerial($0.kind) } })
            guard kinds.count == 1, draft.links.allSatisfy({ $0.definition != nil }) else { return }
            report.warning(
                "all links are of the same kind: one driver, one switch or one setting can silence them together",
                at: place, allowed: "links of both kinds, udp and serial")
        }
    }

    private static func isSerial(_ kind: LinkKind) -> Bool {
        switch kind {
        case .serial: true
        case .udp: false
        }
    }

    /// Two links over one interface or port fail together, and read each other's heartbeats.
    private static func sharedPorts(_ draft: Draft, report: Report) {
        for node in draft.nodes {
            var seen: Set<String> = []
            for link in draft.links {
                guard let kind = link.definition?.kind else { continue }
                switch kind {
                case .serial(let serial):
                    guard let device = serial.device[node.value], !seen.insert(device).inserted else { continue }
                    report.error(
                        "two links use \(device) on \(node.value)", at: link.path.key("device"),
                        allowed: "one serial port for each link")
                case .udp(let udp):
                    guard let interface = udp.interface[node.value] else { continue }
                    shared(interface, udp, node: node.value, link: link.path, seen: &seen, report: report)
                }
            }
        }
    }

    private static func shared(
        _ interface: String, _ udp: UDPLink, node: NodeName, link: SettingPath, seen: inout Set<String>, report: Report
    ) {
        if !seen.insert("\(interface) port \(udp.port)").inserted {
            report.error(
                "two links use \(interface) with port \(udp.port) on \(node)", at: link.key("interface"),
                allowed: "one interface for each link")
        } else if !seen.insert(interface).inserted {
            report.warning(
                "two links use \(interface) on \(node): they fail together and count as one", at: link.key("interface"))
        }
    }
}
