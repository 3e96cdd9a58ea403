import ClusterModel
import Testing

@testable import Replication

/// A peer that sends what it must not: the connection ends, the engine and its promises do not.
@Suite struct HostilePeerTests {
    private func expectDropped(
        _ packet: PeerPacket, payload: Bool = false, _ location: SourceLocation = #_sourceLocation
    ) throws {
        let pair = try EnginePair.serving()
        var buffer: BufferID?
        if payload {
            buffer = .peer(99_999)
            pair.nodes[0].buffers[.peer(99_999)] = [1]
        }
        pair.handle(0, .packetReceived(packet, payload: buffer))
        #expect(pair.nodes[0].report.replication != .connected, sourceLocation: location)
        #expect(pair.nodes[0].buffers.isEmpty, sourceLocation: location)
        pair.run(for: .seconds(3))
        pair.expectInSync(location)
    }

    private static let block = ByteRange(offset: 0, length: 4096)

    @Test func wrongAcknowledgementsEndTheConnection() throws {
        let ack = BlockAck(range: Self.block, blockID: BlockID(rawValue: 7777))
        try expectDropped(.writeAck(ack))
        try expectDropped(.resyncWriteAck(ack))
        try expectDropped(.negativeAck(ack))
        try expectDropped(.receiveAck(ack))
        try expectDropped(.negativeDataReply(ack))
        try expectDropped(.barrierAck(BarrierAck(handle: 1, writes: 3)))
        try expectDropped(.negativeResyncDataReply(BlockAck(range: Self.block, blockID: .syncer)))
        try expectDropped(.stateChangeReply(.success))
        try expectDropped(.connectionStateChangeReply(.success))
    }

    @Test func wrongRangesEndTheConnection() throws {
        for range in [
            ByteRange(offset: 1 << 50, length: 4096), ByteRange(offset: 0, length: 0),
            ByteRange(offset: 1, length: 512),
            ByteRange(offset: .max - 511, length: 512),
        ] {
            try expectDropped(.trim(TrimPacket(range: range, blockID: BlockID(rawValue: 1))))
            try expectDropped(.outOfSync(BlockDescription(range: range)))
            try expectDropped(.dataRequest(BlockRequest(range: range, blockID: BlockID(rawValue: 1))))
            try expectDropped(.resyncDataRequest(BlockRequest(range: range, blockID: .syncer)))
        }
    }

    @Test func packetsOutOfPlaceEndTheConnection() throws {
        try expectDropped(.initialData)
        try expectDropped(.syncUUID(5))
        try expectDropped(.bitmap(BitmapPacket(words: [1])))
        try expectDropped(.resyncDataReply(DataPacket(range: Self.block, blockID: .syncer)), payload: true)
        try expectDropped(.dataReply(DataPacket(range: Self.block, blockID: BlockID(rawValue: 3))), payload: true)
        try expectDropped(.data(DataPacket(range: Self.block, blockID: BlockID(rawValue: 3))), payload: false)
        try expectDropped(.verifyRequest(BlockRequest(range: Self.block, blockID: .syncer)))
    }

    @Test func whatCannotBeDecodedEndsTheConnection() throws {
        let pair = try EnginePair.serving()
        pair.handle(0, .packetUnreadable(reason: "wrong magic"))
        #expect(pair.nodes[0].report.replication == .disconnected)
        pair.run(for: .seconds(3))
        pair.expectInSync()
    }

    @Test func unknownWishesAreRefused() throws {
        let pair = try EnginePair.serving()
        pair.handle(
            0, .packetReceived(.stateChangeRequest(.changing(connection: .verifySource)), payload: nil))
        #expect(pair.nodes[0].sent.last == .stateChangeReply(.notSupportedByPeer))
        pair.handle(0, .packetReceived(.stateChangeRequest(.becomePrimary), payload: nil))
        #expect(pair.nodes[0].sent.last == .stateChangeReply(.twoPrimaries))
    }

    /// Anything at any moment. The primary's own copy must keep what was acknowledged.
    @Test(arguments: 1...60) func randomPacketsNeverTrap(seed: Int) throws {
        var draws = SeededGeneratorForTests(seed: UInt64(seed))
        let pair = try EnginePair(seed: UInt64(seed))
        try pair.start(0)
        try pair.start(1)
        pair.run()
        if draws.flip() {
            pair.order(0, .declareUpToDate)
            if draws.flip() { pair.order(0, .promote(.ordinary)) }
        }
        var buffer: UInt64 = 1 << 32
        for turn in 0..<400 {
            for _ in 0..<draws.below(6) { pair.step() }
            let node = draws.below(2)
            let packet = draws.packet(size: pair.nodes[node].deviceBytes)
            var payload: BufferID?
            if packet.payloadBytes > 0, draws.below(10) > 0 {
                payload = .peer(buffer)
                pair.nodes[node].buffers[.peer(buffer)] = Array(
                    repeating: 666, count: (packet.payloadBytes + 4095) / 4096)
                buffer += 1
            }
            pair.handle(node, .packetReceived(packet, payload: payload))
            if turn % 7 == 0 { pair.pass(.milliseconds(300)) }
            if turn % 5 == 0 { pair.write(0, UInt64(draws.below(20)), [UInt64(turn)]) }
            if turn % 31 == 0 {
                pair.order(draws.below(2), draws.pick([.connect, .demote, .promote(.force), .outdate]))
            }
        }
        // Nothing is left hanging: the engines still answer.
        pair.run(for: .seconds(2))
        let id = pair.order(0, .pauseResync)
        pair.run(for: .seconds(2))
        #expect(pair.nodes[0].orderResults[id] != nil)
    }
}

extension SeededGeneratorForTests {
    fileprivate mutating func packet(size: UInt64) -> PeerPacket {
        let offset = UInt64(below(40)) * 2048
        let length = [512, 4096, 8192, 65536, 0, 100, 1 << 20][below(7)] as UInt64
        let range = ByteRange(offset: below(20) == 0 ? size : offset, length: length)
        let id = below(3) == 0 ? BlockID.syncer : BlockID(rawValue: UInt64(below(300)))
        let flags = DataFlags(rawValue: UInt32(below(2048)))
        let data = DataPacket(range: range, blockID: id, sequence: 1, flags: flags)
        let trim = TrimPacket(range: range, blockID: id, sequence: 1, flags: flags)
        let ack = BlockAck(range: range, blockID: id)
        let request = BlockRequest(range: range, blockID: id)
        switch below(30) {
        case 0: return .data(data)
        case 1: return .dataReply(data)
        case 2: return .resyncDataReply(data)
        case 3: return .trim(trim)
        case 4: return .zeroes(trim)
        case 5: return .barrier(BarrierPacket(handle: UInt32(below(5))))
        case 6: return .barrierAck(BarrierAck(handle: UInt32(below(20)), writes: UInt32(below(4))))
        case 7: return .writeAck(ack)
        case 8: return .resyncWriteAck(ack)
        case 9: return .negativeAck(ack)
        case 10: return .dataRequest(request)
        case 11: return .resyncDataRequest(request)
        case 12: return .outOfSync(BlockDescription(range: range))
        case 13: return .bitmap(BitmapPacket(words: Array(repeating: next(), count: below(60))))
        case 14:
            let code = (0..<below(40)).map { _ in UInt8(below(256)) }
            return .compressedBitmap(
                CompressedBitmapPacket(firstRunIsSet: flip(), unusedBits: UInt8(below(8)), code: code))
        case 15: return .syncUUID(next())
        case 16, 17, 18: return .state(word())
        case 19:
            return .uuids(
                UUIDsPacket(
                    current: UInt64(below(9)) * 1024, bitmap: UInt64(below(9)) * 1024, historyStart: 0,
                    historyEnd: 1024,
                    bitsSet: 3, flags: .init(rawValue: UInt64(below(16)))))
        case 20: return .stateChangeRequest(StateChangeRequest(mask: mask(), value: word()))
        case 21: return .connectionStateChangeRequest(StateChangeRequest(mask: mask(), value: word()))
        case 22: return .stateChangeReply(pick(StateChangeResult.allCases))
        case 23: return .ping
        case 24: return .pingAck
        case 25: return .protocol(ProtocolPacket(wireProtocol: .c))
        case 26: return .sizes(SizesPacket(diskSectors: UInt64(below(50_000)), currentSectors: UInt64(below(50_000))))
        case 27: return .negativeResyncDataReply(ack)
        case 28: return .resyncDeallocated(BlockDescription(range: range))
        default: return .unplugRemote
        }
    }

    private mutating func word() -> StateWord {
        StateWord(
            role: pick(Role.allCases), peerRole: pick(Role.allCases), connection: pick(ConnectionState.allCases),
            disk: pick(DiskState.allCases), peerDisk: pick(DiskState.allCases),
            flags: .init(rawValue: UInt32(truncatingIfNeeded: next()) & StateWord.Flags.all.rawValue))
    }

    private mutating func mask() -> StateFields {
        pick([
            .role, .connection, .disk, .peerDisk, [.connection, .disk], [.connection, .peerDisk],
            StateFields(rawValue: 1),
        ])
    }
}
