import ClusterModel

/// A verdict on one request (`p_block_ack`).
package struct BlockAck: Hashable, Sendable {
    /// The blocks of the request it answers.
    package var range: ByteRange
    /// The requester's own, echoed.
    package var blockID: BlockID
    /// As in `DataPacket`.
    package var sequence: UInt32

    package init(range: ByteRange, blockID: BlockID, sequence: UInt32 = 0) {
        self.range = range
        self.blockID = blockID
        self.sequence = sequence
    }
}

/// A request for blocks of the peer (`p_block_req`): a read, a resync request, a verify request.
package struct BlockRequest: Hashable, Sendable {
    /// The blocks wanted; at most 1 MiB.
    package var range: ByteRange
    package var blockID: BlockID

    package init(range: ByteRange, blockID: BlockID) {
        self.range = range
        self.blockID = blockID
    }
}

/// A range and the digest of what its sender holds there (`p_block_req` and the digest).
package struct BlockDigest: Hashable, Sendable {
    package var range: ByteRange
    package var blockID: BlockID
    /// By the agreed algorithm; 1…64 bytes. All zero in a verify reply stands for a read error.
    package var digest: [UInt8]

    package init(range: ByteRange, blockID: BlockID, digest: [UInt8]) {
        self.range = range
        self.blockID = blockID
        self.digest = digest
    }
}

/// A range that needs no name (`p_block_desc`).
package struct BlockDescription: Hashable, Sendable {
    package var range: ByteRange

    package init(range: ByteRange) {
        self.range = range
    }
}

/// Whether a verified block is equal on both nodes (`P_OV_RESULT`).
package struct VerifyResult: Hashable, Sendable {
    package var range: ByteRange
    package var sequence: UInt32
    package var inSync: Bool

    package init(range: ByteRange, sequence: UInt32 = 0, inSync: Bool) {
        self.range = range
        self.sequence = sequence
        self.inSync = inSync
    }
}
