import ClusterModel

/// One packet between the two replication engines, protocol version 101, as a value (drbd-8.4 packet catalogue).
///
/// Block data is never inside: a packet that carries some says how much (`payloadBytes`), and the runtime moves the
/// bytes beside it. Positions are byte ranges; on the wire they are sectors of 512 bytes. The cases are named by
/// their word on the wire (`command` has the driver's name). The volume number belongs to the packet's header, not to the packet.
///
/// Data digests (`data-integrity-alg`) are not offered, so no data packet carries one.
package enum PeerPacket: Hashable, Sendable {
    // Opening a connection
    /// First packet of a socket that is to become the data socket; sent by the side that connected.
    case initialData
    /// First packet of a socket that is to become the meta socket; sent by the side that connected.
    case initialMeta
    case connectionFeatures(ConnectionFeatures)
    /// 64 random bytes (64…128 are accepted).
    case authChallenge([UInt8])
    /// Keyed digest of the other side's challenge.
    case authResponse([UInt8])

    // Handshake, and later changes of what it settled
    case `protocol`(ProtocolPacket)
    /// Net options changed while connected.
    case protocolUpdate(ProtocolPacket)
    case syncParameters(SyncParametersPacket)
    case sizes(SizesPacket)
    case uuids(UUIDsPacket)
    case state(StateWord)

    // Asking for consent
    case stateChangeRequest(StateChangeRequest)
    case stateChangeReply(StateChangeResult)
    /// A change of the whole connection: disconnecting.
    case connectionStateChangeRequest(StateChangeRequest)
    case connectionStateChangeReply(StateChangeResult)

    // Mirrored writes
    case data(DataPacket)
    case trim(TrimPacket)
    case zeroes(TrimPacket)
    case barrier(BarrierPacket)
    case barrierAck(BarrierAck)
    /// Hint: submit what is queued.
    case unplugRemote
    /// Written on the sender's side only.
    case outOfSync(BlockDescription)
    /// In the peer's memory (protocol B).
    case receiveAck(BlockAck)
    /// On the peer's disk.
    case writeAck(BlockAck)
    /// On the peer's disk, and the blocks count as in sync.
    case resyncWriteAck(BlockAck)
    /// The peer could not write.
    case negativeAck(BlockAck)
    /// Two primaries only: overtaken by the peer's own write.
    case superseded(BlockAck)
    /// Two primaries only: write again.
    case retryWrite(BlockAck)

    // Reads for a node without good data
    case dataRequest(BlockRequest)
    case dataReply(DataPacket)
    case negativeDataReply(BlockAck)

    // Bitmap exchange
    /// The next words of the bitmap; empty ends the transfer.
    case bitmap(BitmapPacket)
    case compressedBitmap(CompressedBitmapPacket)

    // Resync
    /// The generation the target takes over while it is being resynchronised.
    case syncUUID(UInt64)
    case resyncDataRequest(BlockRequest)
    /// As `resyncDataRequest`; a range of zeroes may be answered by `resyncDeallocated`.
    case resyncThinRequest(BlockRequest)
    /// As `resyncDataRequest`, with the digest of what the target holds.
    case checksumResyncRequest(BlockDigest)
    case resyncDataReply(DataPacket)
    /// The whole range reads as zeroes at the source.
    case resyncDeallocated(BlockDescription)
    /// The digests are equal: nothing to send.
    case resyncIsInSync(BlockAck)
    case negativeResyncDataReply(BlockAck)
    /// The source went Ahead; the blocks stay out of sync.
    case resyncCancel(BlockAck)

    // Online verify
    case verifyRequest(BlockRequest)
    case verifyReply(BlockDigest)
    case verifyResult(VerifyResult)

    // Keep-alive
    case ping
    case pingAck
}

/// The two connections between the engines (drbd-8.4 overview).
package enum PeerSocket: UInt8, Hashable, Sendable, Codable, CaseIterable {
    /// Bulk data, state, everything ordered with respect to writes.
    case data
    /// Acknowledgements, pings, verdicts.
    case meta
}
