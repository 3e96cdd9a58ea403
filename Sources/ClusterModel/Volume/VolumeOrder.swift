/// What the cluster process (or a person, through it) tells a replication engine to do.
package enum VolumeOrder: Hashable, Sendable, Codable {
    /// Become primary. Succeeds at once where it already is.
    case promote(PromotionBasis)
    /// Become secondary; refused while a client has the device open.
    case demote
    /// The peer confirmed over a heartbeat link that its copy is outdated on stable storage: frozen writes may go on (rule R2).
    case resumePeerOutdated
    /// The peer is dead by the rules R3/R4: frozen writes may go on, its copy counts as outdated.
    case resumePeerDead
    /// End frozen writes with an I/O error: the other node serves, or this one must stop, and nobody was promised them.
    /// Without it the file system could never be unmounted. Further writes fail likewise until it is demoted, and the
    /// report goes on saying frozen, for it must not look like a primary that writes. Done at once where nothing is frozen.
    case abandonFrozenWrites
    /// Mark this copy outdated on stable storage, because the peer's owner asks for it. Refused by a primary.
    case outdate
    /// Leave stand-alone and look for the peer.
    case connect
    /// Same, and give up this node's changes since the split (`--discard-my-data`). Refused by a primary.
    case connectDiscardingMyData
    /// Part from the peer in order.
    case disconnect
    /// Declare this copy the good one although nothing proves it (first synchronisation, `--do-what-I-say`).
    case declareUpToDate
    /// Resynchronise this copy wholly from the peer.
    case invalidate
    case pauseResync
    case resumeResync
}

/// Why a promotion may go ahead.
package enum PromotionBasis: UInt8, Hashable, Sendable, Codable {
    /// The engine's own rules decide: UpToDate copy, peer connected or known to be outdated.
    case ordinary
    /// The peer is dead by rule R3: its copy counts as outdated, ours (Consistent or better) as current.
    case peerDead
    /// A person said so after being shown the consequence.
    case force
}

/// How an order ended. A refusal carries one plain sentence.
package enum VolumeOrderResult: Hashable, Sendable, Codable {
    case done
    case refused(String)
}
