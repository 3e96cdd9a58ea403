import ClusterModel
import LinuxIO
import Testing
import WireFormat

@testable import Netlink

/// One node with its addresses, and a stranger at the other end of the cable.
@Suite struct AddressManagerTests {
    static let texts = ["192.0.2.10", "2001:db8::10"]

    /// What a test holds of the node: its manager, what it reported, and eyes of its own.
    final class Node {
        let segment: Segment
        let loop: EventLoop
        let route: RouteSocket
        var events: [AddressManager.Event] = []
        private var made: AddressManager?

        var manager: AddressManager {
            guard let made else { preconditionFailure("the node is not made yet") }
            return made
        }

        init(in segment: Segment, settings: AddressManager.Settings = AddressManagerTests.quick) throws {
            let loop = try EventLoop()
            self.segment = segment
            self.loop = loop
            route = try segment.here.inside { try RouteSocket() }
            made = try segment.here.inside {
                try AddressManager(node: "serv-a", settings: settings, on: loop) { [unowned self] in events.append($0) }
            }
        }

        func acquire(_ resource: AddressResource) throws -> Result<AddressManager.Acquisition, AddressFailure> {
            var answers: [Result<AddressManager.Acquisition, AddressFailure>] = []
            try inside { manager.acquire(resource) { answers.append($0) } }
            #expect(answers.isEmpty, "a completion never comes inside the call")
            #expect(try run(until: { !answers.isEmpty }, within: .seconds(5)))
            return try #require(answers.first)
        }

        /// The sockets of a running node are made in its network.
        func inside<Answer>(_ body: () throws -> Answer) throws -> Answer {
            try segment.here.inside(body)
        }

        @discardableResult
        func run(until condition: () -> Bool, within limit: Duration) throws -> Bool {
            try inside { try loop.run(until: condition, within: limit) }
        }

        func has(_ resource: AddressResource) throws -> Bool {
            try route.addresses().contains { "\($0.address)" == resource.address }
        }
    }

    static var quick: AddressManager.Settings {
        var settings = AddressManager.Settings()
        settings.probe = AddressProbe.Plan(count: 3, duration: .milliseconds(60))
        settings.announcementInterval = .milliseconds(20)
        settings.recheckDelays = [.zero, .milliseconds(300), .milliseconds(1200)]
        return settings
    }

    static func resource(_ text: String, label: String? = nil) -> AddressResource {
        AddressResource(
            address: text, prefixLength: text.contains(":") ? 64 : 24, interface: .each(["serv-a": "eth0"]),
            label: label)
    }

    private func counter(
        _ text: String, in segment: Segment, _ node: Node
    ) throws -> FrameCounter {
        try segment.there.inside { try FrameCounter(text.contains(":") ? .v6 : .v4, on: "eth0", loop: node.loop) }
    }

    private func add(_ text: String, in namespace: borrowing NetworkNamespace, label: String? = nil) throws {
        try namespace.inside {
            let route = try RouteSocket()
            let index = try route.link(named: "eth0").index
            let address = try #require(IPAddress(text))
            try route.addAddress(
                AddressSpec(address: address, prefixLength: 24, interfaceIndex: index, label: label))
        }
    }

    @Test(arguments: texts) func anAddressIsProbedTakenAndAnnouncedFiveTimes(text: String) throws {
        let segment = try Segment()
        let node = try Node(in: segment)
        let counter = try counter(text, in: segment, node)
        let resource = Self.resource(text, label: text.contains(":") ? nil : "eth0:0")
        #expect(try node.acquire(resource) == .success(.probed))
        #expect(try node.has(resource))
        #expect(node.manager.held == [resource])
        if let label = resource.label { #expect(try node.route.addresses(labelled: label).count == 1) }
        let address = try #require(IPAddress(text))
        // Five times, for IPv4 each as request and as reply.
        let expected = address.family == .v4 ? 10 : 5
        try node.run(until: { counter.times(of: .has, to: address).count > expected }, within: .milliseconds(250))
        let announced = counter.times(of: .has, to: address)
        #expect(announced.count == expected)
        #expect(counter.times(of: .wants, to: address).count == 3)
        let (first, last) = (try #require(announced.first), try #require(announced.last))
        #expect(last - first >= .milliseconds(50) && last - first < .milliseconds(400))
        #expect(node.events.isEmpty)
        counter.stop()
    }

    @Test func thePaperAnnouncesEveryTwoHundredMilliseconds() {
        let settings = AddressManager.Settings()
        #expect(settings.announcementCount == 5)
        #expect(settings.announcementInterval == .milliseconds(200))
    }

    @Test(arguments: texts) func anAddressThatAStrangerHasIsNotTaken(text: String) throws {
        let segment = try Segment()
        try add(text, in: segment.there)
        let node = try Node(in: segment)
        let resource = Self.resource(text)
        let stranger = try segment.there.inside { try #require(try RouteSocket().link(named: "eth0").mac) }
        let result = try node.acquire(resource)
        let address = try #require(IPAddress(text))
        #expect(result == .failure(.taken(address: address, interface: "eth0", by: stranger)))
        guard case .failure(let failure) = result else { return }
        #expect("\(failure)".contains("\(stranger)"))
        #expect(try !node.has(resource))
        #expect(node.manager.held.isEmpty)
    }

    @Test(arguments: texts) func releasingRemovesAndIsIdempotent(text: String) throws {
        let segment = try Segment()
        let node = try Node(in: segment)
        let resource = Self.resource(text)
        #expect(try node.acquire(resource) == .success(.probed))
        for _ in 0..<2 {
            try node.inside { try node.manager.release(resource) }
            #expect(try !node.has(resource))
            #expect(node.manager.held.isEmpty)
        }
        try node.run(until: { !node.events.isEmpty }, within: .milliseconds(50))
        #expect(node.events.isEmpty, "what we remove ourselves has not vanished")
    }

    @Test func releasingWhileProbingCancels() throws {
        let segment = try Segment()
        let node = try Node(in: segment)
        let resource = Self.resource("192.0.2.10")
        var answers: [Result<AddressManager.Acquisition, AddressFailure>] = []
        try node.inside { node.manager.acquire(resource) { answers.append($0) } }
        try node.run(until: { false }, within: .milliseconds(20))
        try node.inside { try node.manager.release(resource) }
        try node.run(until: { false }, within: .milliseconds(150))
        #expect(answers == [.failure(.cancelled(address: try #require(IPAddress("192.0.2.10"))))])
        #expect(try !node.has(resource))
    }

    @Test func acquiringAgainAnnouncesAgainWithoutProbing() throws {
        let segment = try Segment()
        let node = try Node(in: segment)
        let resource = Self.resource("192.0.2.10")
        #expect(try node.acquire(resource) == .success(.probed))
        try node.run(until: { false }, within: .milliseconds(150))
        let counter = try counter("192.0.2.10", in: segment, node)
        let address = try #require(IPAddress("192.0.2.10"))
        #expect(try node.acquire(resource) == .success(.probed))
        #expect(try node.run(until: { counter.times(of: .has, to: address).count == 10 }, within: .seconds(2)))
        #expect(counter.times(of: .wants, to: address).isEmpty)
        counter.stop()
    }

    @Test func afterAHealEveryAddressIsAnnouncedAgain() throws {
        let segment = try Segment()
        let node = try Node(in: segment)
        for text in Self.texts { #expect(try node.acquire(Self.resource(text)) == .success(.probed)) }
        try node.run(until: { false }, within: .milliseconds(150))
        let counters = try Self.texts.map { try counter($0, in: segment, node) }
        try node.inside { node.manager.announceAgain() }
        let addresses = Self.texts.compactMap { IPAddress($0) }
        #expect(
            try node.run(
                until: { zip(counters, addresses).allSatisfy { $0.times(of: .has, to: $1).count >= 5 } },
                within: .seconds(2)))
        for counter in counters { counter.stop() }
    }

    /// The switch comes up after us: the address is taken all the same, and the segment hears of it when it can.
    @Test func withoutCarrierItIsTakenAndAnnouncedWhenTheCarrierReturns() throws {
        let segment = try Segment()
        try segment.there.inside { try Segment.ip("link", "set", "eth0", "down") }
        let node = try Node(in: segment)
        let resource = Self.resource("192.0.2.10")
        #expect(try node.acquire(resource) == .success(.withoutCarrier))
        #expect(try node.has(resource))
        try segment.there.inside { try Segment.ip("link", "set", "eth0", "up") }
        let counter = try counter("192.0.2.10", in: segment, node)
        let address = try #require(IPAddress("192.0.2.10"))
        #expect(try node.run(until: { counter.times(of: .has, to: address).count == 10 }, within: .seconds(3)))
        #expect(counter.times(of: .wants, to: address).count >= 1)
        #expect(node.events.isEmpty)
        counter.stop()
    }

    @Test func aStrangerWhoTookItDuringACutIsReported() throws {
        let segment = try Segment()
        let node = try Node(in: segment)
        let resource = Self.resource("192.0.2.10")
        #expect(try node.acquire(resource) == .success(.probed))
        try node.run(until: { false }, within: .milliseconds(150))
        try segment.there.inside { try Segment.ip("link", "set", "eth0", "down") }
        try node.run(until: { false }, within: .milliseconds(100))
        try add("192.0.2.10", in: segment.there)
        let stranger = try segment.there.inside { try #require(try RouteSocket().link(named: "eth0").mac) }
        try segment.there.inside { try Segment.ip("link", "set", "eth0", "up") }
        #expect(try node.run(until: { !node.events.isEmpty }, within: .seconds(3)))
        #expect(node.events == [.disputed(resource, by: stranger)])
    }

    @Test(arguments: texts) func anAddressThatSomebodyRemovesIsReported(text: String) throws {
        let segment = try Segment()
        let node = try Node(in: segment)
        let resource = Self.resource(text)
        #expect(try node.acquire(resource) == .success(.probed))
        try segment.here.inside {
            try Segment.ip("address", "del", "\(text)/\(resource.prefixLength)", "dev", "eth0")
        }
        #expect(try node.run(until: { !node.events.isEmpty }, within: .seconds(3)))
        #expect(node.events == [.vanished(resource)])
        #expect(node.manager.held.isEmpty)
    }

    @Test func anInterfaceThatIsRemovedTakesItsAddressesAlongAndThatIsReported() throws {
        let segment = try Segment()
        let node = try Node(in: segment)
        let resource = Self.resource("192.0.2.10")
        #expect(try node.acquire(resource) == .success(.probed))
        try segment.here.inside { try Segment.ip("link", "del", "eth0") }
        #expect(try node.run(until: { !node.events.isEmpty }, within: .seconds(3)))
        #expect(node.events == [.vanished(resource)])
        try node.inside { try node.manager.release(resource) }
    }

    @Test func leftoversOfACrashedRunAreRemovedAndNothingElse() throws {
        let segment = try Segment()
        let node = try Node(in: segment)
        try add("192.0.2.1", in: segment.here)
        try add("192.0.2.10", in: segment.here, label: "eth0:0")
        try add("192.0.2.11", in: segment.here)
        let resources = [Self.resource("192.0.2.10"), Self.resource("2001:db8::10"), Self.resource("no address")]
        let removed = try node.manager.removeLeftovers(of: resources)
        #expect(removed.map(\.label) == ["eth0:0"])
        #expect(try !node.has(Self.resource("192.0.2.10")))
        #expect(try node.has(Self.resource("192.0.2.1")))
        #expect(try node.has(Self.resource("192.0.2.11")))
        #expect(try node.manager.removeLeftovers(of: resources).isEmpty)
    }

    @Test(arguments: [
        (AddressResource(address: "192.0.2.300", prefixLength: 24, interface: .both("eth0")), "neither an IPv4 nor"),
        (AddressResource(address: "192.0.2.1", prefixLength: 33, interface: .both("eth0")), "longer than the address"),
        (
            AddressResource(address: "192.0.2.1", prefixLength: 24, interface: .each(["serv-b": "eth0"])),
            "no interface on"
        ),
        (
            AddressResource(address: "192.0.2.1", prefixLength: 24, interface: .both("eth5")),
            "no interface of this name"
        ),
        (AddressResource(address: "192.0.2.1", prefixLength: 24, interface: .both("lo")), "Ethernet"),
        (
            AddressResource(
                address: "192.0.2.1", prefixLength: 24, interface: .both("eth0"), label: "eth0:much-too-long"),
            "1 to 15 bytes"
        ),
    ])
    func whatCannotBeCarriedOutIsExplained(resource: AddressResource, words: String) throws {
        let segment = try Segment()
        let node = try Node(in: segment)
        guard case .failure(let failure) = try node.acquire(resource) else {
            Issue.record("\(resource) was taken")
            return
        }
        #expect("\(failure)".contains(words))
        #expect(node.manager.held.isEmpty)
    }
}
