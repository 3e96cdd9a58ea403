import ClusterModel

/// Each link by itself.
enum LinkCheck {
    /// A signed heartbeat of a small cluster in its frame; on the wire each byte takes ten bits (8N1).
    static let frameBytes: Int64 = 260

    static func run(_ draft: Draft, report: Report) {
        report.duplicates(in: draft.links, key: { $0.name }, path: { $0.path.key("name") }) {
            "two links are named \"\($0)\""
        }
        for link in draft.links {
            guard let definition = link.definition else { continue }
            switch definition.kind {
            case .udp(let udp): check(udp, of: definition.name, at: link.path, draft: draft, report: report)
            case .serial(let serial): check(serial, of: definition.name, at: link.path, draft: draft, report: report)
            }
        }
    }

    private static func check(_ udp: UDPLink, of name: LinkName, at path: SettingPath, draft: Draft, report: Report) {
        guard case .unicast(let addresses) = udp.mode else { return }
        let parsed = draft.nodes.compactMap { addresses[$0.value] }.compactMap { AddressText($0) }
        guard parsed.count == 2 else { return }
        if parsed[0] == parsed[1] {
            report.error(
                "both nodes have the address \(parsed[0].canonical) on link \"\(name)\"", at: path.key("addresses"))
        } else if parsed[0].isIPv6 != parsed[1].isIPv6 {
            report.error(
                "link \"\(name)\" has an IPv4 address on one node and an IPv6 address on the other",
                at: path.key("addresses"), allowed: "two addresses of the same family")
        }
    }

    private static func check(
        _ serial: SerialLink, of name: LinkName, at path: SettingPath, draft: Draft, report: Report
    ) {
        guard let timing = draft.timing?.value else { return }
        let transmission = Duration.nanoseconds(frameBytes * 10 * 1_000_000_000 / Int64(serial.baud))
        let milliseconds = (transmission.nanoseconds + 999_999) / 1_000_000
        let explanation =
            "a heartbeat of about \(frameBytes) bytes takes \(milliseconds) ms on link \"\(name)\" at \(serial.baud) baud"
        let keepalive = DurationText.text(timing.keepalive)
        if transmission >= timing.keepalive {
            report.error(
                "\(explanation), longer than keepalive \(keepalive)", at: path.key("baud"),
                allowed: "a higher speed or a longer keepalive")
        } else if transmission * 2 > timing.keepalive {
            report.warning(
                "\(explanation), more than half of keepalive \(keepalive): little room is left for anything else",
                at: path.key("baud"))
        }
    }
}
