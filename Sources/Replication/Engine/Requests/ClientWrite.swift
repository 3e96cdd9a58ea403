import ClusterModel

/// A client's write, trim or zeroing on its way to both copies.
struct ClientWrite: Hashable, Sendable {
    enum Kind: Hashable, Sendable {
        case data(fua: Bool)
        case trim
        case zeroes(mayUnmap: Bool, fua: Bool)
    }

    /// How far the own disk is with it.
    enum Here: Hashable, Sendable {
        /// Not submitted, or there is no disk.
        case none
        case pending
        case written
        case failed
    }

    /// How far the peer is with it.
    enum There: Hashable, Sendable {
        /// Not meant for the peer: out of sync.
        case none
        /// Sent, and not answered.
        case sent
        /// In the peer's memory (protocols A and B).
        case received
        /// On the peer's disk; stable when its epoch is.
        case written
        /// The peer could not write it: out of sync.
        case refused
        /// The connection was lost before the answer, and whether it is to be sent again is open.
        case interrupted
        /// The connection was lost before the answer, and it will not be sent again: out of sync.
        case lost
    }

    let request: RequestID
    let kind: Kind
    let range: ByteRange
    var here = Here.none
    var there = There.none
    /// It holds its extents in the activity log.
    var holdsLog = false
    var isStarted = false
    /// The client has its answer.
    var isCompleted = false
    /// Whether the peer has it on stable storage is settled.
    var isEpochOver = false
    /// The peer counts the blocks as in sync (P_RS_WRITE_ACK), and they are not cleared here yet.
    var bringsInSync = false
    /// Nobody wants the answer: a frozen write of a Primary that gave up.
    var isAbandoned = false
    /// Zeroed here, and being flushed.
    var isFlushing = false

    var isOnBothDisks: Bool { here == .written && there == .written }
}

/// A client's read.
struct ClientRead: Hashable, Sendable {
    let request: RequestID
    let range: ByteRange
    var isAtPeer = false
}

/// A client's flush: stable on the own disk and, by a barrier, on the peer's.
struct ClientFlush: Hashable, Sendable {
    let number: UInt64
    let request: RequestID
    var isPendingHere: Bool
    /// The epoch whose acknowledgement is missing.
    var epoch: UInt32?
    var hasFailedHere = false
}

/// Something that waits in a `RangeQueue`.
enum RangeToken: Hashable, Sendable {
    case write(UInt64)
    /// A read for the resync target, until it is on its way.
    case resyncRead(UInt64)
    /// A block requested from the resync source, by its offset, until it is written.
    case resyncRequest(UInt64)
}
