import ClusterModel

/// What is known of one volume on both nodes, as the policies look at it.
package struct VolumeFacts: Hashable, Sendable {
    package var name: VolumeName
    /// nil: no engine is running here.
    package var own: VolumeReport?
    /// nil: the peer was never heard, or does not know the volume.
    package var peer: VolumeReport?
    /// This copy holds everything that was ever acknowledged, as far as this node can know (`VolumeMemory`).
    package var isCurrent: Bool
    /// Our records prove that nobody can have written since this node's orderly stop (R1).
    package var isProven: Bool
    /// We promised never to serve this copy before it was resynchronised.
    package var isRenounced: Bool
    /// The peer, asked for it, said after our question that its copy is outdated or worse and that its engine is alone, so
    /// that the copy cannot have become better since.
    package var isPeerOutdated: Bool

    package init(
        name: VolumeName, own: VolumeReport?, peer: VolumeReport?, isCurrent: Bool, isProven: Bool = false,
        isRenounced: Bool = false, isPeerOutdated: Bool = false
    ) {
        self.name = name
        self.own = own
        self.peer = peer
        self.isCurrent = isCurrent
        self.isProven = isProven
        self.isRenounced = isRenounced
        self.isPeerOutdated = isPeerOutdated
    }

    /// Both engines talk to each other.
    package var isConnected: Bool { own?.isConnected ?? false }

    /// This node serves it, up to date, and may write.
    package var isServedHere: Bool { own?.isServing ?? false }
    package var isServedThere: Bool { peer?.isServing ?? false }
}

extension VolumeReport {
    package var isConnected: Bool {
        switch replication {
        case .connected, .resyncSource, .resyncTarget: true
        case .standAlone, .disconnected: false
        }
    }

    /// Primary, current, and not held back.
    package var isServing: Bool { isPrimary && copy == .upToDate && !isFrozen }

    /// Of no use alone, and with no engine beside it that could change that. Not so where nothing is known.
    package var isUselessAlone: Bool { copy != .unknown && copy <= .outdated && !isConnected }

    /// Current by the engine's own records: it is UpToDate and knows that the peer's copy cannot be better. A secondary that
    /// merely lost its primary stays UpToDate too, and proves nothing.
    package var isProof: Bool { copy == .upToDate && peerCopy != .unknown && peerCopy <= .outdated }

    /// Primary and writing although its own engine has no peer: the other copy grows old.
    package var goesOnAlone: Bool { isPrimary && !isFrozen && !isConnected }
}
