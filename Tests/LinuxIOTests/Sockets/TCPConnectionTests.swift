import ClusterModel
import Glibc
import Testing

@testable import LinuxIO

/// Two ends of a connection over loopback, on one loop.
private final class Pair {
    let loop: EventLoop
    let listener: TCPListener
    let client: TCPConnection
    let server: TCPConnection

    init(address: IPAddress = .loopbackIPv4, options: TCPConnection.Options = .init()) throws {
        loop = try EventLoop()
        final class Box { var connection: TCPConnection? }
        let box = Box()
        listener = try TCPListener(on: SocketAddress(address, port: 0), options: options, loop: loop) {
            box.connection = $0
        }
        client = try TCPConnection.connect(
            to: try listener.localAddress, options: options, within: .seconds(2), on: loop)
        let client = self.client
        guard try loop.run(until: { client.state == .open && box.connection != nil }, within: .seconds(2)) else {
            throw SystemError(errno: ETIMEDOUT, operation: "connect the test's pair")
        }
        server = try #require(box.connection)
    }
}

@Suite struct TCPConnectionTests {
    @Test(arguments: [IPAddress.loopbackIPv4, .loopbackIPv6])
    func bytesAndBuffersArriveInOrder(address: IPAddress) throws {
        let pair = try Pair(address: address)
        let payload = AlignedBuffer(copying: (0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 31) })
        var received: [UInt8] = []
        pair.server.onReadable = { received += pair.server.receive(limit: 65536) }
        var expected: [UInt8] = []
        for round in UInt8(0)..<20 {
            pair.client.send([round, round])
            pair.client.send(payload, 100..<290_000)
            expected += [round, round] + payload.copy(100..<290_000)
        }
        #expect(pair.client.bytesWaiting == expected.count)
        #expect(try pair.loop.run(until: { received.count == expected.count }, within: .seconds(5)))
        #expect(received == expected)
        #expect(pair.client.peer == (try pair.listener.localAddress))
        #expect(try pair.loop.run(until: { pair.client.bytesUnacknowledged == 0 }, within: .seconds(1)))
    }

    @Test func aSlowReaderCongestsTheSenderAndReliefIsReported() throws {
        let pair = try Pair(options: .init(sendBuffer: 16384, receiveBuffer: 16384))
        pair.server.pauseReading()
        pair.client.congestionMark = 100_000
        var wasRelieved = false
        pair.client.onWritable = { wasRelieved = true }
        pair.client.send([UInt8](repeating: 1, count: 1_000_000))
        #expect(pair.client.isCongested)
        for _ in 0..<5 { try pair.loop.turn(waitingAtMost: .milliseconds(1)) }
        #expect(!wasRelieved)
        #expect(pair.client.bytesWaiting > 100_000)
        var count = 0
        pair.server.onReadable = { count += pair.server.receive(limit: 65536).count }
        pair.server.resumeReading()
        #expect(try pair.loop.run(until: { count == 1_000_000 }, within: .seconds(5)))
        #expect(wasRelieved)
        #expect(!pair.client.isCongested)
    }

    @Test func moreThanTheQueueMayHoldEndsTheConnection() throws {
        let pair = try Pair()
        pair.client.queueLimit = 1000
        var end: StreamConnection.End?
        pair.client.onEnd = { end = $0 }
        pair.client.send([UInt8](repeating: 0, count: 1001))
        #expect(end == .queueOverflow(limit: 1000))
        #expect(pair.client.state == .closed)
        pair.client.send([1])
        #expect(pair.client.bytesWaiting == 0)
    }

    @Test func whatWaitsIsSentBeforeAClosingEnd() throws {
        let pair = try Pair()
        var received = 0
        var ends: [StreamConnection.End] = []
        pair.server.onReadable = { received += pair.server.receive(limit: 65536).count }
        pair.server.onEnd = { ends.append($0) }
        pair.client.send([UInt8](repeating: 9, count: 3_000_000))
        pair.client.closeWhenSent()
        #expect(try pair.loop.run(until: { !ends.isEmpty }, within: .seconds(5)))
        #expect(ends == [.byPeer])
        #expect(received == 3_000_000)
        // The peer is gone altogether: answering it fails, which is nothing new to the owner, and the loop comes to
        // rest.
        pair.server.send([1])
        #expect(try pair.loop.run(until: { pair.server.state == .closed }, within: .seconds(2)))
        #expect(ends.count == 1)
    }

    @Test func aResetIsReportedAlsoWhereNobodyReads() throws {
        let pair = try Pair()
        pair.client.pauseReading()
        pair.client.send([1, 2, 3])
        var end: StreamConnection.End?
        pair.client.onEnd = { end = $0 }
        try pair.loop.turn(waitingAtMost: .milliseconds(50))
        // Closing with unread bytes resets the connection.
        pair.server.close()
        #expect(try pair.loop.run(until: { end != nil }, within: .seconds(2)))
        guard case .failed(let error) = end else {
            Issue.record("ended by \(String(describing: end))")
            return
        }
        #expect(error.errno == ECONNRESET)
    }

    @Test func aRefusedConnectionEndsWithTheReason() throws {
        let loop = try EventLoop()
        let probe = try TCPListener(on: SocketAddress(.loopbackIPv4, port: 0), loop: loop) { _ in }
        let address = try probe.localAddress
        probe.close()
        let connection = try TCPConnection.connect(to: address, within: .seconds(2), on: loop)
        var end: StreamConnection.End?
        connection.onEnd = { end = $0 }
        #expect(try loop.run(until: { end != nil }, within: .seconds(2)))
        #expect(end?.description == "cannot connect to \(address): Connection refused")
    }

    @Test func anUnansweredAttemptTimesOut() throws {
        let loop = try EventLoop()
        let network = try NetworkNamespace()
        // A full backlog leaves further attempts unanswered.
        let (full, connections) = try network.inside {
            let full = try Socket.make(AF_INET, Socket.stream)
            try Socket.bind(full, SocketAddress(.loopbackIPv4, port: 7788))
            listen(full.raw, 0)
            let options = TCPConnection.Options(
                keepalive: .init(idle: .seconds(1), interval: .seconds(1), probes: 3), userTimeout: .seconds(3))
            let connections = try (0..<3).map { _ in
                try TCPConnection.connect(
                    to: SocketAddress(.loopbackIPv4, port: 7788), device: "lo", options: options,
                    within: .milliseconds(60), on: loop)
            }
            return (full.release(), connections)
        }
        let listening = FileDescriptor(owning: full)
        var ends: [StreamConnection.End] = []
        for connection in connections { connection.onEnd = { ends.append($0) } }
        try loop.run(until: { false }, within: .milliseconds(120))
        #expect(ends.last == .connectTimedOut)
        _ = consume listening
    }

    @Test func closingOneselfIsNoEventAndHarmlessTwice() throws {
        let pair = try Pair()
        var end: StreamConnection.End?
        pair.client.onEnd = { end = $0 }
        pair.client.close()
        pair.client.close()
        try pair.loop.turn(waitingAtMost: .milliseconds(5))
        #expect(end == nil)
        #expect(pair.client.receive(limit: 10).isEmpty)
    }
}
