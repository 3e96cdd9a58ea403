import ClusterModel
import LinuxIO
import Testing

@testable import NodeRuntime

/// One end of a UDP link in a network of its own, with what it noticed.
private final class End {
    let link: UDPHeartbeatLink
    let interfaces: InterfaceWatch
    var events: [LinkEvent] = []

    init(_ definition: UDPLink, peer: NodeName, on loop: EventLoop) throws {
        var heard: (LinkEvent) -> Void = { _ in }
        interfaces = try InterfaceWatch(on: loop)
        link = UDPHeartbeatLink(
            "lan", definition, interface: "eth0", peer: peer, interfaces: interfaces, on: loop, { heard($0) })
        heard = { [unowned self] in events.append($0) }
        link.open()
    }

    var received: [[UInt8]] {
        events.compactMap { if case .received(let bytes) = $0 { bytes } else { nil } }
    }

    /// Everything but beats.
    var news: [LinkEvent] {
        events.filter { if case .received = $0 { false } else { true } }
    }
}

private struct Mode: CustomTestStringConvertible, Sendable {
    var testDescription: String
    var link: UDPLink

    static let all = [
        Mode(testDescription: "broadcast", link: UDPLink(interface: .both("eth0"))),
        Mode(
            testDescription: "unicast",
            link: UDPLink(
                interface: .both("eth0"),
                mode: .unicast(addresses: ["serv-a": "192.0.2.1", "serv-b": "192.0.2.2"]))),
        Mode(
            testDescription: "unicast IPv6",
            link: UDPLink(
                interface: .both("eth0"),
                mode: .unicast(addresses: ["serv-a": "2001:db8::1", "serv-b": "2001:db8::2"]))),
        Mode(
            testDescription: "multicast",
            link: UDPLink(interface: .both("eth0"), mode: .multicast(group: "239.192.0.7", ttl: 1))),
        Mode(
            testDescription: "multicast IPv6",
            link: UDPLink(interface: .both("eth0"), mode: .multicast(group: "ff02::b0a5", ttl: 1))),
    ]
}

@Suite struct UDPHeartbeatLinkTests {
    @Test(arguments: Mode.all)
    private func beatsArriveOnTheOtherSide(mode: Mode) throws {
        let cable = try Cable()
        let loop = try EventLoop()
        let here = try cable.here.inside { try End(mode.link, peer: "serv-b", on: loop) }
        let there = try cable.there.inside { try End(mode.link, peer: "serv-a", on: loop) }
        #expect(
            try loop.run(
                until: { here.events.contains(.carrierChanged(isUp: true)) || !here.events.isEmpty },
                within: .seconds(1)))
        here.link.send([1, 2, 3])
        there.link.send([4, 5])
        let arrived = try loop.run(
            until: { there.received.contains([1, 2, 3]) && here.received.contains([4, 5]) }, within: .seconds(2))
        #expect(arrived)
        #expect(here.link.counters.sent == 1)
        #expect(here.link.counters.dropped == 0)
        #expect(here.news == [.carrierChanged(isUp: true)])
    }

    @Test func anInterfaceThatAppearsLaterCarriesBeatsFromThenOn() throws {
        let cable = try Cable()
        try cable.remove()
        let loop = try EventLoop()
        let here = try cable.here.inside { try End(UDPLink(interface: .both("eth0")), peer: "serv-b", on: loop) }
        #expect(here.news == [.failed(reason: "there is no interface eth0")])
        here.link.send([1])
        #expect(here.link.counters.dropped == 1)
        try cable.plugIn()
        try inside(cable) {
            try loop.run(until: { here.events.contains(.carrierChanged(isUp: true)) }, within: .seconds(3))
            here.link.send([2])
        }
        #expect(here.link.counters.sent == 1)
        #expect(here.news.last == .restored)
    }

    @Test func anInterfaceMadeAnewUnderTheSameNameIsTakenUpAgain() throws {
        let cable = try Cable()
        let loop = try EventLoop()
        let here = try cable.here.inside { try End(UDPLink(interface: .both("eth0")), peer: "serv-b", on: loop) }
        here.link.send([1])
        try cable.remove()
        try inside(cable) {
            try loop.run(
                until: { here.events.contains(.failed(reason: "there is no interface eth0")) }, within: .seconds(3))
        }
        #expect(here.events.contains(.failed(reason: "there is no interface eth0")))
        try cable.plugIn()
        let there = try cable.there.inside { try End(UDPLink(interface: .both("eth0")), peer: "serv-a", on: loop) }
        try inside(cable) {
            let isBack = try loop.run(
                until: {
                    here.link.send([7])
                    return there.received.contains([7])
                }, within: .seconds(3))
            #expect(isBack)
        }
        #expect(here.events.contains(.restored))
    }

    @Test func aPulledCableIsACarrierThatFellAndNoFault() throws {
        let cable = try Cable()
        let loop = try EventLoop()
        let here = try cable.here.inside { try End(UDPLink(interface: .both("eth0")), peer: "serv-b", on: loop) }
        try cable.there.inside { try Tool.ip("link", "set", "eth0", "down") }
        try loop.run(until: { here.news.count > 1 }, within: .seconds(3))
        #expect(here.news == [.carrierChanged(isUp: true), .carrierChanged(isUp: false)])
    }

    @Test func anInterfaceThatIsSwitchedOffIsAFaultAndSaysNothingAboutTheCable() throws {
        let cable = try Cable()
        let loop = try EventLoop()
        let here = try cable.here.inside { try End(UDPLink(interface: .both("eth0")), peer: "serv-b", on: loop) }
        try cable.here.inside { try Tool.ip("link", "set", "eth0", "down") }
        try loop.run(until: { here.news.count > 1 }, within: .seconds(3))
        #expect(here.news == [.carrierChanged(isUp: true), .failed(reason: "eth0 is down")])
    }

    @Test func aDatagramLongerThanAnyBeatIsCountedAndLeftOut() throws {
        let cable = try Cable()
        let loop = try EventLoop()
        let there = try cable.there.inside { try End(UDPLink(interface: .both("eth0")), peer: "serv-a", on: loop) }
        let here = try cable.here.inside { try UDPSocket(boundTo: SocketAddress(.anyIPv4, port: 0), on: loop) }
        guard let target = IPAddress("192.0.2.2") else { return }
        try here.send([UInt8](repeating: 1, count: 513), to: SocketAddress(target, port: 694))
        try here.send([UInt8](repeating: 2, count: 512), to: SocketAddress(target, port: 694))
        try loop.run(until: { !there.received.isEmpty }, within: .seconds(2))
        #expect(there.received == [[UInt8](repeating: 2, count: 512)])
        #expect(there.link.counters.oversized == 1)
    }

    @Test func aFloodIsTakenInPortionsSoThatTimersGoOn() throws {
        let cable = try Cable()
        let loop = try EventLoop()
        let there = try cable.there.inside { try End(UDPLink(interface: .both("eth0")), peer: "serv-a", on: loop) }
        let here = try cable.here.inside { try UDPSocket(boundTo: SocketAddress(.anyIPv4, port: 0), on: loop) }
        let target = try #require(IPAddress("192.0.2.2"))
        var ticks = 0
        var ticksOfBeats: [Int] = []
        loop.schedule(every: .milliseconds(5)) { ticks += 1 }
        try loop.run(
            until: {
                for _ in 0..<100 { _ = try? here.send([0, 1, 2], to: SocketAddress(target, port: 694)) }
                ticksOfBeats.append(there.received.count)
                return ticks >= 20
            }, within: .seconds(5))
        #expect(ticks >= 20)
        // Never more in one turn than a portion.
        #expect(zip(ticksOfBeats, ticksOfBeats.dropFirst()).allSatisfy { $1 - $0 <= 64 })
        #expect(there.received.count > 1000)
    }

    /// Sockets that are made while the loop turns belong into the link's own network.
    private func inside(_ cable: Cable, _ body: () throws -> Void) throws {
        try cable.here.inside { try body() }
    }
}
