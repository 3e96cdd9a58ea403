import ClusterModel
import LinuxIO
import NodeCore
import Testing

@testable import NodeRuntime

@Suite struct ProbeRunnerTests {
    private static let free = AddressResource(address: "192.0.2.20", prefixLength: 24, interface: .both("eth0"))
    private static let held = AddressResource(address: "192.0.2.2", prefixLength: 24, interface: .both("eth0"))

    @Test func silenceEndsTheProbeWhenItsTimeIsOver() throws {
        let cable = try Cable()
        let loop = try EventLoop()
        var events: [NodeEvent] = []
        try cable.here.inside {
            let runner = ProbeRunner(node: "serv-a", on: loop, logger: Logger(threshold: .error)) { events.append($0) }
            let began = loop.now
            runner.probe(ProbeID(1), [Self.free], within: .milliseconds(300))
            try loop.run(until: { !events.isEmpty }, within: .seconds(3))
            #expect(loop.now - began >= .milliseconds(250))
        }
        #expect(events == [.probeCompleted(ProbeID(1), answeredBy: nil)])
    }

    @Test func oneAnswerForOneOfSeveralAddressesEndsItAtOnce() throws {
        let cable = try Cable()
        let loop = try EventLoop()
        var events: [NodeEvent] = []
        try cable.here.inside {
            let runner = ProbeRunner(node: "serv-a", on: loop, logger: Logger(threshold: .error)) { events.append($0) }
            let began = loop.now
            runner.probe(ProbeID(2), [Self.free, Self.held], within: .seconds(5))
            try loop.run(until: { !events.isEmpty }, within: .seconds(6))
            #expect(loop.now - began < .seconds(2))
        }
        guard case .probeCompleted(ProbeID(2), .some) = events.first else {
            Issue.record("nobody answered: \(events)")
            return
        }
    }

    /// An unplugged machine hears nobody; taken for silence, it would let two nodes serve.
    @Test func aProbeThatNobodyCouldAnswerDoesNotEnd() throws {
        let cable = try Cable()
        let loop = try EventLoop()
        var events: [NodeEvent] = []
        try cable.there.inside { try Tool.ip("link", "set", "eth0", "down") }
        try cable.here.inside {
            let runner = ProbeRunner(node: "serv-a", on: loop, logger: Logger(threshold: .error)) { events.append($0) }
            runner.probe(ProbeID(3), [Self.free], within: .milliseconds(100))
            try loop.run(until: { false }, within: .milliseconds(600))
            #expect(events == [])
            try cable.there.inside { try Tool.ip("link", "set", "eth0", "up") }
            try loop.run(until: { !events.isEmpty }, within: .seconds(5))
        }
        #expect(events == [.probeCompleted(ProbeID(3), answeredBy: nil)])
    }

    @Test func aGroupWithoutAddressesHasNobodyToAsk() throws {
        let loop = try EventLoop()
        var events: [NodeEvent] = []
        let runner = ProbeRunner(node: "serv-a", on: loop, logger: Logger(threshold: .error)) { events.append($0) }
        runner.probe(ProbeID(4), [], within: .seconds(1))
        #expect(events == [], "an answer comes later, never inside the call")
        try loop.run(until: { !events.isEmpty }, within: .seconds(2))
        #expect(events == [.probeCompleted(ProbeID(4), answeredBy: nil)])
    }

    @Test func anAnswerShowsTheHardwareAddressInItsUsualForm() throws {
        let mac = try #require(MACAddress("52:54:00:12:34:56"))
        #expect(HardwareAddress(mac).description == "52:54:00:12:34:56")
    }
}
