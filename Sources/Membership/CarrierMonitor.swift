import ClusterModel

/// Remembers when carriers fell: several falling together hint at a power loss of the peer rather than at cut cables.
package struct CarrierMonitor: Sendable {
    private var fallen: [(link: LinkName, at: Instant)] = []

    package init() {}

    package mutating func changed(_ link: LinkName, isUp: Bool, at now: Instant) {
        fallen.removeAll { $0.link == link }
        if !isUp { fallen.append((link, now)) }
    }

    /// Links whose carriers are down and fell within one second of each other; empty when fewer than two did.
    package var fellTogether: [LinkName] {
        guard let last = fallen.last else { return [] }
        let together = fallen.filter { last.at - $0.at <= .seconds(1) }
        return together.count > 1 ? together.map(\.link) : []
    }
}
