/// What an operation on the data device is for.
enum DiskPurpose: Hashable, Sendable {
    case clientRead(UInt64)
    case clientWrite(UInt64)
    case clientFlush(UInt64)
    /// A write of the peer's application, or a resync block.
    case peerWrite(UInt64)
    /// A read for the peer's application.
    case peerRead(UInt64)
    /// A block for the resync target.
    case resyncRead(UInt64)
    /// Epochs of the peer, to be acknowledged after it.
    case epochFlush(session: UInt64)
    /// What the peer had written when its connection was lost.
    case leftoverFlush
}
