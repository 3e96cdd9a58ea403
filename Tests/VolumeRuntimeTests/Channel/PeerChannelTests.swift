import ClusterModel
import LinuxIO
import Replication
import Testing
import WireFormat

@testable import VolumeRuntime

@Suite struct PeerChannelTests {
    /// One side of a connection: looks for the peer and keeps what its channel reports.
    private final class Side {
        let pool = BufferPool(limit: 4 << 20)
        var connector: PeerConnector?
        var channel: PeerChannel?
        var tieBreak: Bool?
        var agreed: Features?
        var version: UInt32?
        var packets: [PeerPacket] = []
        var payloads: [AlignedBuffer] = []
        var end: String?
        var log: [String] = []

        init(_ addresses: PeerAddresses, seed: UInt64, loop: EventLoop) {
            connector = PeerConnector(
                addresses, seed: seed, loop: loop, log: { [weak self] in self?.log.append($0.text) },
                { [weak self] in self?.established($0, loop) })
        }

        private func established(_ sockets: ConnectedSockets, _ loop: EventLoop) {
            tieBreak = sockets.tieBreak
            channel = PeerChannel(sockets, pool: pool, loop: loop) { [weak self] in self?.handle($0) }
        }

        private func handle(_ event: PeerChannel.Event) {
            switch event {
            case .connected(let features, let version):
                agreed = features
                self.version = version
            case .packet(let packet, let buffer):
                packets.append(packet)
                if let buffer { payloads.append(buffer) }
            case .unreadable(let reason), .lost(let reason), .failed(let reason):
                end = reason
            }
        }
    }

    private func connectedSides(_ loop: EventLoop) throws -> (Side, Side) {
        let addresses = try Loopback.pair()
        let low = Side(addresses.low, seed: 1, loop: loop)
        let high = Side(addresses.high, seed: 2, loop: loop)
        let done = try loop.run(until: { low.agreed != nil && high.agreed != nil }, within: .seconds(10))
        try #require(done, "no connection; low: \(low.log), high: \(high.log)")
        return (low, high)
    }

    @Test(arguments: 0..<8 as Range<UInt64>)
    func twoNodesConnectOverRealSockets(seed: UInt64) throws {
        let loop = try EventLoop()
        let addresses = try Loopback.pair()
        let low = Side(addresses.low, seed: seed, loop: loop)
        try loop.run(until: { false }, within: .milliseconds(Int64(seed) * 5))
        let high = Side(addresses.high, seed: seed + 100, loop: loop)
        try #require(try loop.run(until: { low.agreed != nil && high.agreed != nil }, within: .seconds(10)))
        #expect(low.tieBreak != high.tieBreak)
        #expect(low.agreed == [.trim, .writeSame, .writeZeroes])
        #expect(low.version == 101)
    }

    @Test func packetsAndTheirDataArriveWholeAndInOrder() throws {
        let loop = try EventLoop()
        let (low, high) = try connectedSides(loop)
        var sent: [PeerPacket] = []
        for index in 0..<40 {
            let length = [512, 4096, 65536, 1 << 20][index % 4]
            let buffer = AlignedBuffer(copying: [UInt8](repeating: UInt8(index), count: length))
            let packet = PeerPacket.data(
                DataPacket(
                    range: ByteRange(offset: UInt64(index) << 20, length: UInt64(length)),
                    blockID: BlockID(rawValue: UInt64(index)), sequence: UInt32(index)))
            low.channel?.send(packet, payload: buffer)
            low.channel?.send(.barrier(BarrierPacket(handle: UInt32(index))), payload: nil)
            sent += [packet, .barrier(BarrierPacket(handle: UInt32(index)))]
        }
        // The pool holds 4 MiB: reading stops until buffers come back.
        try loop.run(until: { high.pool.bytesInUse >= 3 << 20 }, within: .seconds(5))
        var checked = 0
        try loop.run(
            until: {
                for buffer in high.payloads {
                    #expect(buffer.bytes.first == UInt8(checked))
                    #expect(buffer.bytes[[512, 4096, 65536, 1 << 20][checked % 4] - 1] == UInt8(checked))
                    checked += 1
                }
                high.payloads = []
                high.channel?.bufferReturned()
                return high.packets.count == sent.count
            }, within: .seconds(10))
        #expect(high.packets == sent)
        #expect(checked == 40)
        #expect(high.pool.bytesInUse == 0)
    }

    @Test func acknowledgementsComeWhileBulkDataIsStopped() throws {
        let loop = try EventLoop()
        let (low, high) = try connectedSides(loop)
        high.channel?.setReadingData(false)
        low.channel?.send(.unplugRemote, payload: nil)
        low.channel?.send(.ping, payload: nil)
        try loop.run(until: { !high.packets.isEmpty }, within: .seconds(5))
        #expect(high.packets == [.ping])
        high.channel?.setReadingData(true)
        try loop.run(until: { high.packets.count == 2 }, within: .seconds(5))
        #expect(high.packets == [.ping, .unplugRemote])
    }

    @Test func theEndOfThePeerIsReportedOnce() throws {
        let loop = try EventLoop()
        let (low, high) = try connectedSides(loop)
        low.channel?.send(.barrier(BarrierPacket(handle: 5)), payload: nil)
        low.channel?.closeWhenSent()
        try loop.run(until: { high.end != nil }, within: .seconds(5))
        #expect(high.packets.count <= 1)
        #expect(high.end != nil)
        #expect(low.end == nil)
    }

    /// What somebody who is not our peer's engine may send to the address, right after a correct first packet.
    @Test(arguments: [
        [UInt8](repeating: 0, count: 100), Array("GET / HTTP/1.1\r\n\r\n".utf8), [UInt8](repeating: 0xff, count: 5000),
        PeerPacket.ping.encoded(), PeerPacket.barrier(BarrierPacket(handle: 0)).encoded(),
    ])
    func garbageEndsTheAttemptAndTheNextSucceeds(garbage: [UInt8]) throws {
        let loop = try EventLoop()
        let addresses = try Loopback.pair()
        let low = Side(addresses.low, seed: 3, loop: loop)
        let data = try impostor(addresses, .initialData, garbage, loop)
        try loop.run(until: { data.state == .open }, within: .seconds(2))
        let meta = try impostor(addresses, .initialMeta, [], loop)
        try loop.run(until: { low.end != nil }, within: .seconds(6))
        #expect(low.end != nil)
        #expect(low.agreed == nil)
        data.close()
        meta.close()
    }

    private func impostor(
        _ addresses: (low: PeerAddresses, high: PeerAddresses), _ first: PeerPacket, _ rest: [UInt8], _ loop: EventLoop
    ) throws -> TCPConnection {
        try loop.run(until: { false }, within: .milliseconds(30))
        let from = SocketAddress(addresses.high.own.address, port: 0)
        let connection = try TCPConnection.connect(to: addresses.low.own, from: from, within: .seconds(1), on: loop)
        connection.send(first.encoded() + rest)
        return connection
    }

    @Test func strangersAndTalkersAreTurnedAway() throws {
        let loop = try EventLoop()
        let addresses = try Loopback.pair()
        let low = Side(addresses.low, seed: 3, loop: loop)
        try loop.run(until: { false }, within: .milliseconds(30))
        let stranger = try TCPConnection.connect(to: addresses.low.own, within: .seconds(1), on: loop)
        var ended = 0
        stranger.onReadable = { _ = stranger.receive(limit: 10) }
        stranger.onEnd = { _ in ended += 1 }
        let talker = try impostor(addresses, .unplugRemote, [1, 2, 3], loop)
        talker.onReadable = { _ = talker.receive(limit: 10) }
        talker.onEnd = { _ in ended += 1 }
        try loop.run(until: { ended == 2 }, within: .seconds(5))
        #expect(ended == 2)
        #expect(low.log.contains { $0.contains("127.0.0.2 may replicate") })
        #expect(low.log.contains { $0.contains("was not the peer's engine") })
    }
}
