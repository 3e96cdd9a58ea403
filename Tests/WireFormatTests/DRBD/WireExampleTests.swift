import ClusterModel
import Replication
import Testing
import WireFormat

/// The packets of `wire-examples.json`, in its order.
struct WireExampleTests {
    private static let expected: [PeerPacket] = [
        .initialData,
        .initialMeta,
        .connectionFeatures(
            ConnectionFeatures(
                protocolMinimum: 101, protocolMaximum: 101,
                features: [.trim, .thinResync, .writeSame, .writeZeroes])),
        .connectionFeatures(
            ConnectionFeatures(
                protocolMinimum: 86, protocolMaximum: 101, features: [.trim, .thinResync, .writeSame, .writeZeroes])),
        .protocol(ProtocolPacket(wireProtocol: .c)),
        .syncParameters(SyncParametersPacket()),
        .sizes(
            SizesPacket(diskSectors: 130_992, currentSectors: 130_992, limits: QueueLimits(discardEnabled: true))),
        .uuids(
            UUIDsPacket(
                current: 0xa1b2_c3d4_e5f6_0708, bitmap: 0, historyStart: 0, historyEnd: 0, bitsSet: 0)),
        .state(
            StateWord(
                role: .secondary, peerRole: .unknown, connection: .waitForConnection, disk: .upToDate,
                peerDisk: .unknown)),
        .stateChangeRequest(.becomePrimary),
        .stateChangeReply(.success),
        .connectionStateChangeRequest(.disconnect),
        .connectionStateChangeReply(.success),
        .data(
            DataPacket(
                range: ByteRange(offset: 1 << 20, length: 4096), blockID: BlockID(rawValue: 0x1122_3344_5566_7788),
                sequence: 1, flags: [.sendWriteAck, .sync])),
        .writeAck(
            BlockAck(
                range: ByteRange(offset: 1 << 20, length: 4096), blockID: BlockID(rawValue: 0x1122_3344_5566_7788),
                sequence: 1)),
        .barrier(BarrierPacket(handle: 7)),
        .barrierAck(BarrierAck(handle: 7, writes: 1)),
        .trim(
            TrimPacket(
                range: ByteRange(offset: 4096 * 512, length: 1 << 20), blockID: BlockID(rawValue: 1), sequence: 2,
                flags: [.sendWriteAck, .discard])),
        .resyncDataRequest(BlockRequest(range: ByteRange(offset: 0, length: 4096), blockID: .syncer)),
        .resyncDataReply(DataPacket(range: ByteRange(offset: 0, length: 4096), blockID: .syncer)),
        .resyncWriteAck(BlockAck(range: ByteRange(offset: 0, length: 4096), blockID: .syncer, sequence: 2)),
        .syncUUID(0xa1b3_c3d4_e5f6_0708),
        .outOfSync(BlockDescription(range: ByteRange(offset: 1 << 20, length: 4096))),
        .ping,
        .pingAck,
    ]

    @Test func everyExampleIsWhatWeSend() throws {
        let examples = try WireVectors.examples()
        try #require(examples.count == Self.expected.count)
        for (example, packet) in zip(examples, Self.expected) {
            let bytes = hex(example.bytes)
            #expect(packet.encoded() == Array(bytes.dropLast(packet.payloadBytes)), "\(example.packet)")
            #expect("\(packet.command)" == example.packet)
            #expect("\(packet.socket)" == example.socket)
        }
    }

    @Test func everyExampleIsUnderstood() throws {
        let examples = try WireVectors.examples()
        for (example, packet) in zip(examples, Self.expected) {
            let bytes = hex(example.bytes)
            let found = try decode(bytes, on: packet.socket, as: packet.command.headerFormat)
            #expect(found.packet == packet, "\(example.packet)")
            let size = packet.command.headerFormat.size
            #expect(bytes.count == size + found.header.fixedBytes + packet.payloadBytes)
        }
    }
}
