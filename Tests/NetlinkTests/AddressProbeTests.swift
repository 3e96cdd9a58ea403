import ClusterModel
import LinuxIO
import Testing
import WireFormat

@testable import Netlink

/// The third voter, against the real kernel of a machine on the other end of the cable.
@Suite struct AddressProbeTests {
    static let addresses = ["192.0.2.10", "2001:db8::10"]

    private func probe(
        _ text: String, in segment: Segment, plan: AddressProbe.Plan = .init(), loop: EventLoop,
        meanwhile: () throws -> Void = {}
    ) throws -> (result: Result<AddressProbe.Verdict, AddressFailure>, took: Duration) {
        var answers: [Result<AddressProbe.Verdict, AddressFailure>] = []
        let address = try #require(IPAddress(text))
        let began = loop.now
        let probe = try segment.here.inside {
            try AddressProbe(for: address, interface: "eth0", plan: plan, route: try RouteSocket(), on: loop) {
                answers.append($0)
            }
        }
        try meanwhile()
        #expect(try loop.run(until: { !answers.isEmpty }, within: .seconds(5)))
        let took = loop.now - began
        try loop.run(until: { answers.count > 1 }, within: .milliseconds(20))
        #expect(answers.count == 1)
        probe.cancel()
        return (try #require(answers.first), took)
    }

    private func mac(in namespace: borrowing NetworkNamespace) throws -> MACAddress {
        try namespace.inside { try #require(try RouteSocket().link(named: "eth0").mac) }
    }

    private func add(_ text: String, in namespace: borrowing NetworkNamespace) throws {
        try namespace.inside {
            let route = try RouteSocket()
            let address = try #require(IPAddress(text))
            let index = try route.link(named: "eth0").index
            try route.addAddress(AddressSpec(address: address, prefixLength: 24, interfaceIndex: index))
        }
    }

    @Test(arguments: addresses) func aFreeAddressTakesThePlannedTimeAndQuestions(text: String) throws {
        let segment = try Segment()
        let loop = try EventLoop()
        let counter = try segment.there.inside {
            try FrameCounter(text.contains(":") ? .v6 : .v4, on: "eth0", loop: loop)
        }
        let plan = AddressProbe.Plan(count: 4, duration: .milliseconds(80))
        let (result, took) = try probe(text, in: segment, plan: plan, loop: loop)
        #expect(result == .success(.nobodyAnswered))
        #expect(took >= .milliseconds(80) && took < .milliseconds(500))
        let claims = counter.claims(to: try #require(IPAddress(text)))
        let own = try mac(in: segment.here)
        #expect(claims == Array(repeating: AddressClaim(kind: .wants, mac: own), count: 4))
        counter.stop()
    }

    @Test(arguments: addresses) func aStrangerWhoHasItIsNamed(text: String) throws {
        let segment = try Segment()
        try add(text, in: segment.there)
        let loop = try EventLoop()
        let plan = AddressProbe.Plan(count: 3, duration: .seconds(3))
        let (result, took) = try probe(text, in: segment, plan: plan, loop: loop)
        #expect(result == .success(.answered(by: try mac(in: segment.there))))
        #expect(took < .seconds(2), "an answer ends the asking")
    }

    @Test(arguments: addresses) func aRivalWhoAsksTooIsNamedAtTheEnd(text: String) throws {
        let segment = try Segment()
        let loop = try EventLoop()
        let address = try #require(IPAddress(text))
        let rival = try mac(in: segment.there)
        let (result, _) = try probe(text, in: segment, loop: loop) {
            let socket = try segment.there.inside {
                let link = try RouteSocket().link(named: "eth0")
                return try AddressSocket(address, on: link, own: [], loop: loop)
            }
            loop.schedule(after: .milliseconds(30)) {
                do { try socket.sendProbe() } catch { Issue.record(error) }
            }
        }
        // A rival's solicitation goes to a group that only those hear who are in it: for IPv6 it may stay unheard.
        if address.family == .v4 {
            #expect(result == .success(.alsoWanted(by: rival)))
        } else {
            #expect(result == .success(.alsoWanted(by: rival)) || result == .success(.nobodyAnswered))
        }
    }

    /// Two interfaces of one machine on one segment answer for each other; that is no stranger.
    @Test func ourOwnOtherInterfaceIsNoStranger() throws {
        let segment = try Segment()
        try segment.there.inside {
            // `there` is the cable between two interfaces of `here`: bridge both peers.
            try Segment.ip("link", "add", "br0", "type", "bridge")
            try Segment.ip("link", "set", "br0", "up")
            try Segment.ip("link", "set", "eth0", "master", "br0")
        }
        let path = segment.there.path
        try segment.here.inside {
            try Segment.ip("link", "add", "eth1", "type", "veth", "peer", "name", "eth1", "netns", path)
            try Segment.ip("link", "set", "eth1", "up")
        }
        try segment.there.inside {
            try Segment.ip("link", "set", "eth1", "master", "br0")
            try Segment.ip("link", "set", "eth1", "up")
        }
        try segment.here.inside {
            let route = try RouteSocket()
            let index = try route.link(named: "eth1").index
            try route.addAddress(
                AddressSpec(address: try #require(IPAddress("192.0.2.10")), prefixLength: 24, interfaceIndex: index))
        }
        let loop = try EventLoop()
        let counter = try segment.there.inside { try FrameCounter(.v4, on: "br0", loop: loop) }
        let (result, _) = try probe("192.0.2.10", in: segment, loop: loop)
        #expect(result == .success(.nobodyAnswered))
        #expect(!counter.frames.isEmpty)
        counter.stop()
    }

    @Test func anUnpluggedCableIsNoProofOfAnything() throws {
        let segment = try Segment()
        try segment.there.inside { try Segment.ip("link", "set", "eth0", "down") }
        let loop = try EventLoop()
        #expect(throws: AddressFailure.noCarrier(interface: "eth0")) {
            try probe("192.0.2.10", in: segment, loop: loop)
        }
    }

    @Test func aCableUnpluggedWhileAskingIsNoProofEither() throws {
        let segment = try Segment()
        let loop = try EventLoop()
        let (result, _) = try probe("192.0.2.10", in: segment, loop: loop) {
            try segment.there.inside { try Segment.ip("link", "set", "eth0", "down") }
        }
        #expect(result == .failure(.noCarrier(interface: "eth0")))
    }

    @Test func aMissingInterfaceIsNamed() throws {
        let loop = try EventLoop()
        let route = try NetworkNamespace().inside { try RouteSocket() }
        let address = try #require(IPAddress("192.0.2.10"))
        let failure = try #require(throws: AddressFailure.self) {
            try AddressProbe(for: address, interface: "eth0", route: route, on: loop) { _ in }
        }
        #expect("\(failure)".contains("this machine has no interface of this name"))
    }

    @Test func noiseOnTheCableIsNoAnswer() throws {
        let segment = try Segment()
        let loop = try EventLoop()
        var random = SeededGenerator(seed: 11)
        let (result, _) = try probe("192.0.2.10", in: segment, loop: loop) {
            let socket = try segment.there.inside {
                try RawEthernetSocket(.arp, interface: try NetworkInterface.index(of: "eth0"), on: loop)
            }
            for _ in 0..<300 {
                let header: [UInt8] = [255, 255, 255, 255, 255, 255, 2, 0, 0, 0, 0, 1, 8, 6]
                let size = Int.random(in: 0...60, using: &random)
                let noise = (0..<size).map { _ in UInt8.random(in: 0...255, using: &random) }
                try socket.send(header + noise)
            }
        }
        #expect(result == .success(.nobodyAnswered))
    }
}
