import ClusterModel

/// Remembers whether this node's copy of a volume is current, across what the engine can know by itself.
///
/// An engine that lost its peer cannot know whether the other copy became newer. The cluster knows more: an owner that lost
/// its replication has acknowledged nothing since (R2), until it is seen, or has to be feared, to go on alone.
package struct VolumeMemory: Hashable, Sendable {
    /// Current when the replication was lost.
    private var wasCurrent = false
    /// The peer wrote without us since.
    package private(set) var peerWentOn = false

    package init() {}

    package mutating func ownReported(_ report: VolumeReport?) {
        guard let report else { return }
        switch report.copy {
        case .upToDate:
            if report.isConnected || report.isServing {
                wasCurrent = true
                peerWentOn = false
            }
        case .consistent, .unknown: break
        case .outdated, .inconsistent, .missing: wasCurrent = false
        }
    }

    package mutating func peerReported(_ report: VolumeReport?, own: VolumeReport?) {
        guard let report, !report.isConnected, report.goesOnAlone || report.isProof else { return }
        guard !(own?.isConnected ?? false), !(own?.isPrimary ?? false) else { return }
        wasCurrent = false
        peerWentOn = true
    }

    /// This node gave its copy up (outdated on request, renounced), or the peer was out of sight while it could write alone.
    package mutating func gaveUp() {
        wasCurrent = false
    }

    package func isCurrent(_ own: VolumeReport?) -> Bool {
        guard let own, !own.isSplitBrain, !peerWentOn else { return false }
        switch own.copy {
        case .upToDate: return own.isConnected || own.isProof || wasCurrent
        case .consistent: return wasCurrent
        case .unknown, .missing, .inconsistent, .outdated: return false
        }
    }
}
