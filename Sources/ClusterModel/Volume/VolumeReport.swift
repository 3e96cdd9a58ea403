/// What a replication engine tells the cluster about its volume: facts that ownership needs, and no more.
///
/// Sent by `bascule volume` whenever one of them changes, carried to the peer in every heartbeat.
package struct VolumeReport: Hashable, Sendable, Codable {
    package enum Replication: UInt8, Hashable, Sendable, Codable {
        /// Not connected and not trying (split brain, or told so): a person or an order must act.
        case standAlone
        /// Waiting for the peer's engine.
        case disconnected
        /// Connected; both copies are as good as each other's reports say.
        case connected
        /// Connected; this node sends the blocks that differ.
        case resyncSource
        /// Connected; this node receives the blocks that differ.
        case resyncTarget
    }

    package var isPrimary: Bool
    package var copy: CopyState
    /// The peer's copy as this engine last knew it.
    package var peerCopy: CopyState
    package var replication: Replication
    /// Writes are held back until the cluster says that the peer can no longer serve (rule R2).
    package var isFrozen: Bool
    /// Both copies were written apart (rule R7).
    package var isSplitBrain: Bool
    /// The current generation UUID with bit 0 cleared.
    package var generation: UInt64
    /// Bytes marked out of sync.
    package var outOfSyncBytes: UInt64

    package init(
        isPrimary: Bool = false, copy: CopyState = .unknown, peerCopy: CopyState = .unknown,
        replication: Replication = .disconnected, isFrozen: Bool = false, isSplitBrain: Bool = false,
        generation: UInt64 = 0, outOfSyncBytes: UInt64 = 0
    ) {
        self.isPrimary = isPrimary
        self.copy = copy
        self.peerCopy = peerCopy
        self.replication = replication
        self.isFrozen = isFrozen
        self.isSplitBrain = isSplitBrain
        self.generation = generation
        self.outOfSyncBytes = outOfSyncBytes
    }
}

/// How good one copy of a volume is, in rising order; DRBD's disk states as ownership sees them.
package enum CopyState: UInt8, Hashable, Comparable, Sendable, Codable {
    /// Not known: no engine, or no news of the peer's.
    case unknown
    /// No disk, or it failed.
    case missing
    /// Partly overwritten by an unfinished resync: of no use alone.
    case inconsistent
    /// Consistent, but known to be older than the peer's.
    case outdated
    /// Consistent; whether the peer's is newer is not known.
    case consistent
    /// Proved current.
    case upToDate

    package static func < (left: CopyState, right: CopyState) -> Bool {
        left.rawValue < right.rawValue
    }
}
