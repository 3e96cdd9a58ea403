import ClusterModel

/// How the simulated pair is cabled.
package enum Topology: UInt8, Hashable, Sendable, CaseIterable {
    /// Beats over the LAN, a direct cable and a null-modem cable; replication over the direct cable.
    case full
    /// Beats over the direct cable and the null-modem cable only; the LAN carries clients, pings and probes.
    case apart
    /// Beats over the LAN and the null-modem cable; replication over the LAN as well.
    case lanOnly

    static let lan = LinkName("lan")
    static let direct = LinkName("direct")
    static let serial = LinkName("null-modem")

    var linkNames: [LinkName] {
        switch self {
        case .full: [Self.lan, Self.direct, Self.serial]
        case .apart: [Self.direct, Self.serial]
        case .lanOnly: [Self.lan, Self.serial]
        }
    }

    /// The cable that the replication connection uses.
    var replicationLink: LinkName {
        switch self {
        case .full, .apart: Self.direct
        case .lanOnly: Self.lan
        }
    }
}
