import ClusterModel
import Replication

/// At least one packet of each kind, with every field different from zero where it may be.
enum PacketSamples {
    static let range = ByteRange(offset: 2048 * 512, length: 4096)
    static let id = BlockID(rawValue: 0x1122_3344_5566_7788)
    static let ack = BlockAck(range: range, blockID: id, sequence: 9)
    static let request = BlockRequest(range: range, blockID: id)
    static let digest = BlockDigest(range: range, blockID: .syncer, digest: [1, 2, 3, 4])
    static let data = DataPacket(range: range, blockID: id, sequence: 3, flags: [.sendWriteAck, .flush])
    static let trim = TrimPacket(range: range, blockID: id, sequence: 4, flags: .discard)
    static let word = StateWord(
        role: .primary, peerRole: .secondary, connection: .syncSource, disk: .upToDate, peerDisk: .inconsistent,
        flags: [.suspended, .pausedByPeer])
    static let change = StateChangeRequest.changing(
        role: .primary, connection: .disconnecting, disk: .failed, peerDisk: .outdated)
    static let settings = ProtocolPacket(
        wireProtocol: .b, afterSplitBrainZeroPrimaries: .discardZeroChanges, afterSplitBrainOnePrimary: .consensus,
        afterSplitBrainTwoPrimaries: .disconnect, flags: .dryRun, twoPrimaries: true, integrityAlgorithm: "crc32c")

    /// Valid where all features are agreed.
    static let all: [PeerPacket] = [
        .initialData, .initialMeta,
        .connectionFeatures(ConnectionFeatures(protocolMinimum: 86, protocolMaximum: 101, features: [.trim])),
        .authChallenge(Array(0..<64)), .authResponse(Array(0..<20)),
        .protocol(settings), .protocol(ProtocolPacket(wireProtocol: .c)), .protocolUpdate(settings),
        .syncParameters(SyncParametersPacket(verifyAlgorithm: "sha1", checksumAlgorithm: "md5")),
        .sizes(
            SizesPacket(
                diskSectors: 1 << 40, userSectors: 7, currentSectors: 5, flags: .noResync,
                limits: QueueLimits(alignmentOffset: 1, optimalIOBytes: 2, discardEnabled: true))),
        .uuids(
            UUIDsPacket(
                current: 1, bitmap: 2, historyStart: 3, historyEnd: 4, bitsSet: 5,
                flags: [.crashedPrimary, .skipInitialSync])),
        .state(word), .stateChangeRequest(change), .connectionStateChangeRequest(.disconnect),
        .stateChangeReply(.concurrentStateChange), .connectionStateChangeReply(.success),
        .data(data), .dataReply(data), .resyncDataReply(DataPacket(range: range, blockID: .syncer)),
        .trim(trim), .zeroes(trim),
        .barrier(BarrierPacket(handle: 0x0102_0304)), .barrierAck(BarrierAck(handle: 0x0102_0304, writes: 77)),
        .unplugRemote, .outOfSync(BlockDescription(range: range)),
        .receiveAck(ack), .writeAck(ack), .resyncWriteAck(ack), .negativeAck(ack), .superseded(ack),
        .retryWrite(ack), .negativeDataReply(ack), .resyncIsInSync(ack), .negativeResyncDataReply(ack),
        .resyncCancel(ack),
        .dataRequest(request), .resyncDataRequest(request), .resyncThinRequest(request), .verifyRequest(request),
        .checksumResyncRequest(digest), .verifyReply(digest),
        .verifyResult(VerifyResult(range: range, sequence: 5, inSync: true)),
        .verifyResult(VerifyResult(range: range, sequence: 5, inSync: false)),
        .resyncDeallocated(BlockDescription(range: range)),
        .bitmap(BitmapPacket(words: [0x0102_0304_0506_0708, .max])), .bitmap(BitmapPacket(words: [])),
        .compressedBitmap(CompressedBitmapPacket(firstRunIsSet: true, unusedBits: 3, code: [0x7f, 0xc4])),
        .syncUUID(0xa1b3_c3d4_e5f6_0708), .ping, .pingAck,
    ]

    static let allFeatures: Features = [.trim, .thinResync, .writeSame, .writeZeroes]
}
