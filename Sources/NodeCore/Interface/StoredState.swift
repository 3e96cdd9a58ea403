import ClusterModel

/// What a node keeps on stable storage: little, and only what a later incarnation must not get wrong.
///
/// The runtime encodes it with a version and a checksum; a file that cannot be read is replaced by `StoredState()`, which
/// proves nothing and so is safe.
package struct StoredState: Hashable, Sendable, Codable {
    /// The highest epoch ever seen. On stable storage before it is used.
    package var epoch: Epoch
    /// The last incarnation of this node.
    package var incarnation: UInt64
    /// Boot identity of the machine when the state was written.
    package var boot: UInt64
    /// One per group that was ever served or claimed here, sorted by name.
    package var groups: [StoredGroup]
    /// Copies that were proved current when this node stopped in order as the last of the two (rule R1).
    package var provenCurrent: [ProvenCopy]
    /// Volumes of ours that we promised the peer never to serve before they were resynchronised (rule R2), while our
    /// engine could not mark them itself. Sorted.
    package var renounced: [VolumeName]
    /// Resets this node did to itself, latest last, at most 8 (no fence loop).
    package var selfFences: [SelfFence]

    package init(
        epoch: Epoch = .zero, incarnation: UInt64 = 0, boot: UInt64 = 0, groups: [StoredGroup] = [],
        provenCurrent: [ProvenCopy] = [], renounced: [VolumeName] = [], selfFences: [SelfFence] = []
    ) {
        self.epoch = epoch
        self.incarnation = incarnation
        self.boot = boot
        self.groups = groups
        self.provenCurrent = provenCurrent
        self.renounced = renounced
        self.selfFences = selfFences
    }
}

/// What a group was doing here when the state was written.
package struct StoredGroup: Hashable, Sendable, Codable {
    package var group: GroupName
    package var phase: GroupReport.Phase
    package var epoch: Epoch

    package init(group: GroupName, phase: GroupReport.Phase, epoch: Epoch) {
        self.group = group
        self.phase = phase
        self.epoch = epoch
    }
}

/// A copy that was current at an orderly stop, with the generation by which it is recognised.
package struct ProvenCopy: Hashable, Sendable, Codable {
    package var volume: VolumeName
    package var generation: UInt64

    package init(volume: VolumeName, generation: UInt64) {
        self.volume = volume
        self.generation = generation
    }
}

/// One reset that a node did to itself.
package struct SelfFence: Hashable, Sendable, Codable {
    package var boot: UInt64
    package var reason: String

    package init(boot: UInt64, reason: String) {
        self.boot = boot
        self.reason = reason
    }
}
