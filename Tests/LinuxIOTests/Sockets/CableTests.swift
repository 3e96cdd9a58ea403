import CLinux
import ClusterModel
import Glibc
import Testing

@testable import LinuxIO

/// What needs a real cable: broadcast, multicast, frames and pings between two networks.
@Suite struct CableTests {
    let loop: EventLoop

    init() throws { loop = try EventLoop() }

    @Test func aBroadcastReachesTheOtherMachineOnceItIsAllowed() throws {
        let networks = try TwoNetworks()
        let any = SocketAddress(.anyIPv4, port: 694)
        let loop = self.loop
        let (sender, address) = try networks.left.inside {
            (try UDPSocket(boundTo: any, device: "cable", on: loop), try NetworkInterface.broadcastAddress(of: "cable"))
        }
        let receiver = try networks.right.inside { try UDPSocket(boundTo: any, device: "cable", on: loop) }
        #expect(address.description == "192.0.2.255")
        let destination = SocketAddress(address, port: 694)
        let refused = #expect(throws: SystemError.self) { try sender.send([1], to: destination) }
        #expect(refused?.errno == EACCES)
        try sender.allowBroadcast()
        var received: [Datagram] = []
        try receiver.listen { if case .success(let datagram) = $0 { received.append(datagram) } }
        #expect(try sender.send([1, 2], to: destination))
        #expect(try loop.run(until: { !received.isEmpty }, within: .seconds(2)))
        #expect(received.map(\.bytes) == [[1, 2]])
        #expect(received.first?.source.description == "192.0.2.1:694")
    }

    @Test(arguments: ["239.0.0.43", "ff02::43"])
    func multicastReachesMembersAndNotItsSender(group: String) throws {
        let networks = try TwoNetworks()
        let group = try #require(IPAddress(group))
        let loop = self.loop
        func member() throws -> (UDPSocket, UInt32) {
            let index = try NetworkInterface.index(of: "cable")
            let socket = try UDPSocket(boundTo: SocketAddress(.any(group.family), port: 694), device: "cable", on: loop)
            try socket.join(group, interface: index, ttl: 1)
            return (socket, index)
        }
        let (sender, index) = try networks.left.inside { try member() }
        let (receiver, _) = try networks.right.inside { try member() }
        var received: [[UInt8]] = []
        var echoes = 0
        try receiver.listen { if case .success(let datagram) = $0 { received.append(datagram.bytes) } }
        try sender.listen { _ in echoes += 1 }
        let scope = group.family == .v6 ? index : 0
        // A link-local source address may still be tentative at first, and then nothing leaves.
        let beat = loop.schedule(every: .milliseconds(20)) {
            do throws(SystemError) {
                try sender.send([7], to: SocketAddress(group, port: 694, scope: scope))
            } catch {
                #expect(error.errno == EADDRNOTAVAIL)
            }
        }
        #expect(try loop.run(until: { received.count >= 2 }, within: .seconds(5)))
        loop.cancel(beat)
        #expect(received.allSatisfy { $0 == [7] })
        #expect(echoes == 0)
    }

    @Test func anAddressQuestionInAFrameIsAnsweredByTheOtherMachine() throws {
        let networks = try TwoNetworks()
        let loop = self.loop
        let (socket, ours, index) = try networks.left.inside {
            let index = try NetworkInterface.index(of: "cable")
            let address = try NetworkInterface.hardwareAddress(of: "cable")
            return (try RawEthernetSocket(.arp, interface: index, on: loop), address, index)
        }
        let theirs = try networks.right.inside { try NetworkInterface.hardwareAddress(of: "cable") }
        var frames: [RawEthernetSocket.Frame] = []
        try socket.listen { if case .success(let frame) = $0 { frames.append(frame) } }
        // RFC 826: who has 192.0.2.2, tell 192.0.2.1.
        var question = [UInt8](repeating: 0xff, count: 6) + ours + [8, 6]
        question += [0, 1, 8, 0, 6, 4, 0, 1] + ours + [192, 0, 2, 1]
        question += [UInt8](repeating: 0, count: 6) + [192, 0, 2, 2]
        #expect(try socket.send(question))
        func answer() -> RawEthernetSocket.Frame? { frames.first { $0.bytes.count >= 42 && $0.bytes[21] == 2 } }
        #expect(try loop.run(until: { answer() != nil }, within: .seconds(2)))
        let frame = try #require(answer())
        #expect(Array(frame.bytes[22..<28]) == theirs)
        #expect(Array(frame.bytes[28..<32]) == [192, 0, 2, 2])
        #expect(frame.interface == index && !frame.isTruncated)
    }

    @Test func neighbourSolicitationsPassTheFilterAndOtherIPv6DoesNot() throws {
        let networks = try TwoNetworks()
        let loop = self.loop
        let watcher = try networks.right.inside {
            try RawEthernetSocket(.neighbourDiscovery, interface: try NetworkInterface.index(of: "cable"), on: loop)
        }
        let sender = try networks.left.inside { try UDPSocket(boundTo: SocketAddress(.anyIPv6, port: 0), on: loop) }
        var types: [UInt8] = []
        try watcher.listen {
            if case .success(let frame) = $0 { types.append(frame.bytes.count > 54 ? frame.bytes[54] : 0) }
        }
        // The kernel asks for the neighbour, and then sends the datagram itself.
        let destination = try #require(SocketAddress("2001:db8::2", port: 9))
        let beat = loop.schedule(every: .milliseconds(20)) {
            do throws(SystemError) {
                try sender.send([0], to: destination)
            } catch {
                // Nobody listens at the port, and the answer to the last one says so.
                #expect(error.errno == ECONNREFUSED)
            }
        }
        #expect(try loop.run(until: { types.contains(135) }, within: .seconds(5)))
        try loop.run(until: { false }, within: .milliseconds(60))
        loop.cancel(beat)
        #expect(types.allSatisfy { $0 == 135 || $0 == 136 })
    }

    @Test(arguments: ["192.0.2.2", "2001:db8::2"])
    func aPingNodeAnswers(address: String) throws {
        let networks = try TwoNetworks()
        let address = try #require(IPAddress(address))
        let loop = self.loop
        let (socket, stranger) = try networks.left.inside {
            (
                try ICMPSocket(address.family, identifier: 0x1234, device: "cable", on: loop),
                try ICMPSocket(address.family, identifier: 0x4321, on: loop)
            )
        }
        var replies: [ICMPSocket.Reply] = []
        var strays = 0
        try socket.listen { if case .success(let reply) = $0 { replies.append(reply) } }
        try stranger.listen { _ in strays += 1 }
        for sequence in UInt16(65534)...65535 {
            #expect(try socket.sendRequest(to: address, sequence: sequence, payload: Array("bascule".utf8)))
        }
        #expect(try loop.run(until: { replies.count == 2 }, within: .seconds(3)))
        #expect(replies.map(\.sequence) == [65534, 65535])
        #expect(replies.allSatisfy { $0.source == address && $0.payload == Array("bascule".utf8) })
        #expect(strays == 0)
    }

    @Test func aPulledCableShowsInTheCarrier() throws {
        let networks = try TwoNetworks()
        #expect(try networks.left.inside { try NetworkInterface.hasCarrier("cable") })
        try networks.right.inside { try Tool.run("/sbin/ip", "link", "set", "cable", "down") }
        #expect(try networks.left.inside { try NetworkInterface.hasCarrier("cable") } == false)
    }
}

@Suite struct ICMPMessageTests {
    @Test(arguments: 0..<64)
    func aTruncatedReplyIsNoReply(length: Int) {
        let request = ICMPSocket.request(.v4, identifier: 7, sequence: 1, payload: [UInt8](repeating: 5, count: 36))
        var reply = [UInt8](repeating: 0, count: 20) + request
        reply[0] = 0x45
        reply[20] = 0
        // A reply's checksum is the request's plus the type that was taken away.
        let sum = ICMPSocket.checksum(Array(reply[20..<22] + [0, 0] + reply[24...]))
        reply[22] = UInt8(sum >> 8)
        reply[23] = UInt8(truncatingIfNeeded: sum)
        #expect(ICMPSocket.reply(in: reply, from: .loopbackIPv4, identifier: 7) != nil)
        #expect(ICMPSocket.reply(in: Array(reply[..<length]), from: .loopbackIPv4, identifier: 7) == nil)
    }

    @Test(arguments: UInt64(1)...50)
    func randomBytesAreNeverAReplyAndNeverACrash(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        for source in [IPAddress.loopbackIPv4, .loopbackIPv6] {
            let bytes = (0..<Int.random(in: 0..<100, using: &generator)).map { _ in
                UInt8.random(in: 0...255, using: &generator)
            }
            #expect(ICMPSocket.reply(in: bytes, from: source, identifier: 7) == nil)
        }
    }
}
