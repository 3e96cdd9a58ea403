import ClusterModel
import Glibc
import Testing

@testable import LinuxIO

@Suite struct UDPSocketTests {
    @Test(arguments: [IPAddress.loopbackIPv4, .loopbackIPv6])
    func datagramsArriveWithTheirSource(address: IPAddress) throws {
        let loop = try EventLoop()
        let network = try NetworkNamespace()
        let (receiver, sender) = try network.inside {
            (
                try UDPSocket(boundTo: SocketAddress(.any(address.family), port: 694), device: "lo", on: loop),
                try UDPSocket(boundTo: SocketAddress(address, port: 0), on: loop)
            )
        }
        var received: [Datagram] = []
        try receiver.listen { if case .success(let datagram) = $0 { received.append(datagram) } }
        #expect(try sender.send([1, 2, 3], to: SocketAddress(address, port: 694)))
        #expect(try sender.send([], to: SocketAddress(address, port: 694)))
        #expect(try loop.run(until: { received.count == 2 }, within: .seconds(2)))
        #expect(
            received == [
                Datagram(bytes: [1, 2, 3], source: try sender.localAddress),
                Datagram(bytes: [], source: try sender.localAddress),
            ])
    }

    @Test func aDatagramLongerThanTheLimitIsMarked() throws {
        let loop = try EventLoop()
        let receiver = try UDPSocket(boundTo: SocketAddress(.loopbackIPv4, port: 0), limit: 100, on: loop)
        let sender = try UDPSocket(boundTo: SocketAddress(.loopbackIPv4, port: 0), on: loop)
        for size in [100, 101] {
            try sender.send([UInt8](repeating: 7, count: size), to: try receiver.localAddress)
            let datagram = try #require(try receiver.receive())
            #expect(datagram.isTruncated == (size > 100))
            #expect(datagram.bytes.count == 100)
        }
        #expect(try receiver.receive() == nil)
    }

    @Test func anUnreachableNetworkIsAnErrorAndTheSocketSurvivesIt() throws {
        let loop = try EventLoop()
        let network = try NetworkNamespace()
        let socket = try network.inside { try UDPSocket(boundTo: SocketAddress(.anyIPv4, port: 0), on: loop) }
        let destination = try #require(SocketAddress("192.0.2.1", port: 694))
        let error = #expect(throws: SystemError.self) { try socket.send([1], to: destination) }
        #expect(error?.errno == ENETUNREACH)
        #expect(error?.description.contains("192.0.2.1:694") == true)
        #expect(try socket.send([1], to: SocketAddress(.loopbackIPv4, port: 9)))
    }

    @Test func anUnknownInterfaceIsNamedInTheError() throws {
        let loop = try EventLoop()
        let error = #expect(throws: SystemError.self) {
            try UDPSocket(boundTo: SocketAddress(.anyIPv4, port: 0), device: "nonesuch0", on: loop)
        }
        #expect(error?.errno == ENODEV)
        #expect(error?.subject == "nonesuch0")
    }
}
