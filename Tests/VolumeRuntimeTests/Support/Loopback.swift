import ClusterModel
import Glibc
import LinuxIO

@testable import VolumeRuntime

/// Addresses of two nodes on the loopback interface that no other test uses at this moment.
enum Loopback {
    /// The low node's view and the high node's.
    static func pair() throws -> (low: PeerAddresses, high: PeerAddresses) {
        let low = try freeAddress("127.0.0.1")
        let high = try freeAddress("127.0.0.2")
        return (PeerAddresses(own: low, peer: high), PeerAddresses(own: high, peer: low))
    }

    static func freeAddress(_ host: String) throws -> SocketAddress {
        let loop = try EventLoop()
        guard let address = SocketAddress(host, port: 0) else { preconditionFailure("\(host) is an address") }
        let listener = try TCPListener(on: address, loop: loop) { _ in }
        defer { listener.close() }
        return try listener.localAddress
    }
}
