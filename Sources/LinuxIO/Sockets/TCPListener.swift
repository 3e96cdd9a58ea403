import CLinux
import ClusterModel
import Glibc

/// Waits for TCP connections.
package final class TCPListener {
    private let acceptor: Acceptor

    /// Listens on an address, and on one interface only where `device` names it. An IPv6 listener serves IPv6 only.
    ///
    /// The handler is called with every new connection, in the state `open`.
    package init(
        on address: SocketAddress, device: String? = nil, options: TCPConnection.Options = .init(), loop: EventLoop,
        _ handler: @escaping (TCPConnection) -> Void
    ) throws(SystemError) {
        let family = address.address.family
        let descriptor = try Socket.make(family.domain, Socket.stream)
        try Socket.set(descriptor, SOL_SOCKET, SO_REUSEADDR, Int32(1), "reuse an address")
        if family == .v6 {
            try Socket.set(descriptor, Int32(IPPROTO_IPV6), IPV6_V6ONLY, Int32(1), "limit a socket to IPv6")
        }
        if let device { try Socket.bindToDevice(descriptor, device) }
        try Socket.bind(descriptor, address)
        acceptor = try Acceptor(descriptor, on: loop) { [unowned loop] descriptor, source in
            guard let peer = SocketAddress(kernelForm: source) else { return }
            do {
                handler(try TCPConnection(accepted: descriptor, peer: peer, options: options, on: loop))
            } catch {
                // The caller hung up before its options could be set; nobody has seen this connection.
            }
        }
    }

    /// Where it listens, with the port the kernel chose.
    package var localAddress: SocketAddress {
        get throws(SystemError) { try acceptor.localAddress }
    }

    /// Stops taking connections; those taken stay.
    package func close() {
        acceptor.close()
    }
}
