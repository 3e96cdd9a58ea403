import ClusterModel

/// What a person may ask of this node (`bascule standby`, …). nil as group means every group.
package enum OperatorRequest: Hashable, Sendable, Codable {
    /// Give the group to the other node.
    case standby(GroupName?)
    /// Take the group from the other node. `force` also takes it where nothing proves that this copy is current or that
    /// the other node is gone: the caller has shown what may be lost.
    case takeover(GroupName?, force: Bool)
    /// Move each group to its preferred node.
    case failback(GroupName?)
    /// Declare this node's copy the good one although nothing proves it, so that the other is filled from it.
    case firstSync(VolumeName)
    /// Forget failed starts, stuck stops and the memory of self-fences: the cause was removed.
    case clear(GroupName?)
}

/// What became of a person's request. `bascule` exits 0 only for `done`.
package enum OperatorOutcome: Hashable, Sendable, Codable {
    /// One plain sentence per thing that was reached.
    case done([String])
    /// Nothing was begun: one sentence per reason.
    case refused([String])
    /// It was begun and did not get there; the sentences say where it stands now.
    case failed([String])
}
