import ClusterModel

/// A write that came from the peer, until it is on the own disk and answered.
struct PeerWrite: Hashable, Sendable {
    enum Kind: Hashable, Sendable {
        case data(BufferID)
        /// Must read as zeroes.
        case zeroes(mayUnmap: Bool)
        /// May read as anything.
        case discard
        /// A block of the resync.
        case resync(BufferID)
        /// A block of the resync that is all zeroes.
        case resyncZeroes
    }

    /// The connection it came over: a later one is not told of it.
    let session: UInt64
    let kind: Kind
    let range: ByteRange
    let blockID: BlockID
    let flags: DataFlags
    /// The epoch it belongs to; nil for a resync block.
    let epoch: UInt64?
    var holdsLog = false
    /// Written, and being flushed because that was asked for.
    var isFlushing = false

    var buffer: BufferID? {
        switch kind {
        case .data(let buffer), .resync(let buffer): buffer
        case .zeroes, .discard, .resyncZeroes: nil
        }
    }

    var isResync: Bool {
        switch kind {
        case .resync, .resyncZeroes: true
        case .data, .zeroes, .discard: false
        }
    }
}
