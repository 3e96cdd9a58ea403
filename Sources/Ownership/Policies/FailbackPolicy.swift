import ClusterModel

/// Decides whether a group moves back to its preferred node by itself (`auto_failback`). The owner decides.
package enum FailbackPolicy {
    /// - Parameters:
    ///   - refusals: what stands against the move (`MovePolicy.refusalsToGive`).
    ///   - isPinned: a person moved it here, or it failed there, and the preferred node has not restarted since.
    ///   - peerAge: how long the preferred node has been heard without a break.
    ///   - allVolumes: of every group, for `after-resync`.
    package static func movesBack(
        choice: AutoFailback, refusals: [String], isPinned: Bool, peerAge: Duration, patience: Duration,
        allVolumes: [VolumeFacts]
    ) -> Bool {
        guard refusals.isEmpty, !isPinned, peerAge >= patience else { return false }
        switch choice {
        case .off: return false
        case .on: return true
        case .afterResync: return allVolumes.allSatisfy(isInSync)
        }
    }

    private static func isInSync(_ volume: VolumeFacts) -> Bool {
        volume.own?.copy == .upToDate && volume.peer?.copy == .upToDate && volume.own?.replication == .connected
    }
}
