import ClusterModel

/// A block that the resync target asked for, until it is sent.
struct ResyncRead: Hashable, Sendable {
    let session: UInt64
    let range: ByteRange
}
