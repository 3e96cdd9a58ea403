import ClusterModel
import LinuxIO
import Testing

@testable import SystemManager

/// What a lost, mute or mad bus does to us: it is reported once, calls end with a reason, attempts go on.
@Suite struct BusFaultTests {
    private final class Client {
        let loop: EventLoop
        var changes: [BusClient.Change] = []
        private var made: BusClient?

        var client: BusClient {
            guard let made else { preconditionFailure("the client is not made yet") }
            return made
        }

        init(_ endpoints: [BusEndpoint], on loop: EventLoop) {
            self.loop = loop
            made = BusClient(
                endpoints, on: loop, greetingLimit: .milliseconds(100),
                onChange: { [unowned self] in changes.append($0) }, onSignal: { _ in })
            client.start()
        }

        var connections: Int { changes.count { if case .connected = $0 { true } else { false } } }

        var losses: [BusError] { changes.compactMap { if case .lost(let error) = $0 { error } else { nil } } }

        func call(timeout: Duration = .seconds(5)) throws -> BusError? {
            var results: [Result<BusMessage, BusError>] = []
            client.call(.subscribe, "ask", "systemd", timeout: timeout) { results.append($0) }
            #expect(results.isEmpty, "a completion never comes inside the call")
            #expect(try loop.run(until: { !results.isEmpty }, within: .seconds(5)))
            try loop.run(until: { results.count > 1 }, within: .milliseconds(20))
            #expect(results.count == 1)
            guard case .failure(let error)? = results.first else { return nil }
            return error
        }
    }

    @Test func whereNobodyListensThatIsSaidOnceAndCallsFailAtOnce() throws {
        let loop = try EventLoop()
        let client = Client([.managerSocket(path: "/nonexistent/a"), .busDaemon(path: "/nonexistent/b")], on: loop)
        #expect(try client.call()?.cause == .notConnected)
        try loop.run(until: { false }, within: .milliseconds(300))
        #expect(client.losses.count == 1)
        #expect(client.connections == 0)
        #expect(client.losses.first?.description.contains("No such file or directory") == true)
        client.client.stop()
    }

    @Test func theSecondEndpointIsTriedWhereTheFirstIsAbsent() throws {
        let loop = try EventLoop()
        let fake = try FakeSystemd(.silent, on: loop)
        let client = Client([.busDaemon(path: "/nonexistent/a"), .managerSocket(path: fake.path)], on: loop)
        #expect(try loop.run(until: { client.connections == 1 }, within: .seconds(5)))
        #expect(client.losses.isEmpty)
        #expect(client.client.connectedEndpoint == .managerSocket(path: fake.path))
        client.client.stop()
    }

    @Test func anAnswerThatNeverComesTimesOut() throws {
        let loop = try EventLoop()
        let fake = try FakeSystemd(.silent, on: loop)
        let client = Client([.managerSocket(path: fake.path)], on: loop)
        #expect(try loop.run(until: { client.connections == 1 }, within: .seconds(5)))
        let error = try client.call(timeout: .milliseconds(50))
        #expect(error?.cause == .timedOut(after: .milliseconds(50)))
        #expect(error?.description == "cannot ask systemd: no answer within 0.05 seconds")
        client.client.stop()
    }

    @Test func aConnectionThatBreaksUnderACallEndsItAndIsMadeAnew() throws {
        let loop = try EventLoop()
        let fake = try FakeSystemd(.hangUpAtCall, on: loop)
        let client = Client([.managerSocket(path: fake.path)], on: loop)
        for round in 1...3 {
            #expect(try loop.run(until: { client.connections == round }, within: .seconds(5)))
            #expect(try client.call()?.cause == .connectionLost)
            #expect(client.losses.count == round)
        }
        client.client.stop()
    }

    @Test func whoNeverGreetsIsGivenUp() throws {
        let loop = try EventLoop()
        let fake = try FakeSystemd(.mute, on: loop)
        let client = Client([.managerSocket(path: fake.path)], on: loop)
        #expect(try loop.run(until: { fake.connectionCount >= 2 }, within: .seconds(5)))
        #expect(client.losses.map(\.cause) == [.timedOut(after: .milliseconds(100))])
        client.client.stop()
    }

    @Test func whoHangsUpAtOnceIsTriedAgainButNotInAHurry() throws {
        let loop = try EventLoop()
        let fake = try FakeSystemd(.hangUp, on: loop)
        let client = Client([.managerSocket(path: fake.path)], on: loop)
        try loop.run(until: { false }, within: .milliseconds(400))
        #expect((2...8).contains(fake.connectionCount), "\(fake.connectionCount) attempts")
        #expect(client.losses.count == 1)
        client.client.stop()
    }

    @Test(arguments: 0..<24) func noiseIsALossAndNothingWorse(seed: UInt64) throws {
        let loop = try EventLoop()
        var random = SeededGenerator(seed: seed)
        var bytes = (0..<Int.random(in: 16...600, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random)
        }
        if seed.isMultiple(of: 2) {
            // A plausible beginning: little-endian method return, version 1, a small body and header.
            bytes.replaceSubrange(0..<16, with: [0x6c, 2, 0, 1, 8, 0, 0, 0, 1, 0, 0, 0, 16, 0, 0, 0])
        }
        let fake = try FakeSystemd(.noise(bytes), on: loop)
        let client = Client([.managerSocket(path: fake.path)], on: loop)
        try loop.run(until: { !client.losses.isEmpty }, within: .milliseconds(150))
        let error = try client.call(timeout: .milliseconds(50))
        #expect(error != nil)
        client.client.stop()
    }

    @Test func jobsEndWithTheConnection() throws {
        let loop = try EventLoop()
        let fake = try FakeSystemd(.hangUpAtCall, on: loop)
        var events: [UnitManager.Event] = []
        let units = UnitManager(on: loop, endpoints: [.managerSocket(path: fake.path)]) { events.append($0) }
        units.start()
        #expect(try loop.run(until: { events == [.busBack] }, within: .seconds(5)))
        var results: [Result<JobResult, BusError>] = []
        units.start(unit: "a.service", timeout: .seconds(5)) { results.append($0) }
        #expect(try loop.run(until: { results.count == 1 }, within: .seconds(5)))
        #expect(
            results == [
                .failure(BusError(operation: "start the unit", subject: "a.service", cause: .connectionLost))
            ])
        units.close()
    }

    @Test func pathsAreEscapedInAddresses() {
        #expect(BusEndpoint.managerSocket(path: "/run/a b,c;d=e").address == "unix:path=/run/a%20b%2cc%3bd%3de")
    }
}
