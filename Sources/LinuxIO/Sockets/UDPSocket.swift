import CLinux
import ClusterModel
import Glibc

/// A UDP socket for heartbeats: unicast, broadcast or multicast, on one interface or all.
package final class UDPSocket {
    private let descriptor: FileDescriptor
    private let loop: EventLoop
    private let family: IPAddress.Family
    private var registration: Registration?
    private var receiver: DatagramReceiver

    /// A turn of the loop takes at most this many datagrams from one socket, so that a flood starves nobody.
    private static let burst = 64

    /// Opens and binds.
    ///
    /// - Parameters:
    ///   - address: where to receive: `IPAddress.any`, or one address. An IPv6 socket serves IPv6 only.
    ///   - device: the only interface to send and receive on; nil for all.
    ///   - sharesPort: whether several sockets may be bound to the port, one for each interface.
    ///   - limit: the longest datagram that is received whole, in bytes.
    ///   - loop: serves `listen`.
    /// - Throws: `ENODEV` for an unknown interface, `EADDRINUSE`, `EADDRNOTAVAIL`.
    package init(
        boundTo address: SocketAddress, device: String? = nil, sharesPort: Bool = true, limit: Int = 2048,
        on loop: EventLoop
    ) throws(SystemError) {
        family = address.address.family
        descriptor = try Socket.make(family.domain, Socket.datagram)
        self.loop = loop
        receiver = DatagramReceiver(limit: limit)
        if family == .v6 {
            try Socket.set(descriptor, Int32(IPPROTO_IPV6), IPV6_V6ONLY, Int32(1), "limit a socket to IPv6")
        }
        if sharesPort { try Socket.set(descriptor, SOL_SOCKET, SO_REUSEADDR, Int32(1), "share a port") }
        if let device { try Socket.bindToDevice(descriptor, device) }
        try Socket.bind(descriptor, address)
    }

    deinit { stopListening() }

    /// Where the socket is bound, with the port the kernel chose.
    package var localAddress: SocketAddress {
        get throws(SystemError) { try Socket.localAddress(descriptor.raw) }
    }

    /// Permits sending to broadcast addresses.
    package func allowBroadcast() throws(SystemError) {
        try Socket.set(descriptor, SOL_SOCKET, SO_BROADCAST, Int32(1), "allow broadcast")
    }

    /// Joins a multicast group on an interface, and sends to groups through it. Own datagrams do not come back.
    ///
    /// `ttl` is how many routers a datagram may pass: 1 stays on the segment.
    package func join(_ group: IPAddress, interface index: UInt32, ttl: UInt8) throws(SystemError) {
        precondition(group.family == family, "\(group) is not of the socket's address family")
        switch family {
        case .v4:
            var request = ip_mreqn()
            request.imr_ifindex = Int32(index)
            let ip = Int32(IPPROTO_IP)
            try Socket.set(descriptor, ip, IP_MULTICAST_IF, request, "send multicast through an interface")
            withUnsafeMutableBytes(of: &request.imr_multiaddr) { $0.copyBytes(from: group.bytes) }
            try Socket.set(descriptor, ip, IP_ADD_MEMBERSHIP, request, "join a multicast group")
            try Socket.set(descriptor, ip, IP_MULTICAST_TTL, Int32(ttl), "limit multicast hops")
            try Socket.set(descriptor, ip, IP_MULTICAST_LOOP, Int32(0), "keep own multicast away")
            try Socket.set(descriptor, ip, IP_MULTICAST_ALL, Int32(0), "keep foreign groups away")
        case .v6:
            var request = ipv6_mreq()
            request.ipv6mr_interface = index
            withUnsafeMutableBytes(of: &request.ipv6mr_multiaddr) { $0.copyBytes(from: group.bytes) }
            let ipv6 = Int32(IPPROTO_IPV6)
            try Socket.set(descriptor, ipv6, IPV6_MULTICAST_IF, Int32(index), "send multicast through an interface")
            try Socket.set(descriptor, ipv6, IPV6_ADD_MEMBERSHIP, request, "join a multicast group")
            try Socket.set(descriptor, ipv6, IPV6_MULTICAST_HOPS, Int32(ttl), "limit multicast hops")
            try Socket.set(descriptor, ipv6, IPV6_MULTICAST_LOOP, Int32(0), "keep own multicast away")
        }
    }

    /// Sends one datagram.
    ///
    /// - Returns: false where the kernel's queue is full; the datagram is lost then, as on a bad line.
    /// - Throws: what the network says: `ENETDOWN`, `ENETUNREACH`, `EPERM` (a packet filter), …
    @discardableResult
    package func send(_ bytes: [UInt8], to destination: SocketAddress) throws(SystemError) -> Bool {
        let number = descriptor.raw
        let sent = try SystemCall.unlessBlocking("send to", "\(destination)") {
            destination.withKernelForm { sendto(number, bytes, bytes.count, Int32(MSG_NOSIGNAL), $0, $1) }
        }
        return sent != nil
    }

    /// Takes one waiting datagram; nil: none now. Works without `listen`, too.
    package func receive() throws(SystemError) -> Datagram? {
        guard let (bytes, source, isTruncated) = try receiver.receive(descriptor.raw) else { return nil }
        guard let source = SocketAddress(kernelForm: source) else {
            preconditionFailure("an IP socket received from another address family")
        }
        return Datagram(bytes: bytes, source: source, isTruncated: isTruncated)
    }

    /// Hands every datagram to a handler from now on, and every error the network reports (e.g. `ENETDOWN`); the
    /// socket stays usable after those.
    package func listen(_ handler: @escaping (Result<Datagram, SystemError>) -> Void) throws(SystemError) {
        precondition(registration == nil, "a socket has one listener")
        registration = try loop.register(descriptor.raw, for: .readable) { [weak self] _ in
            self?.drain(handler)
        }
    }

    private func drain(_ handler: (Result<Datagram, SystemError>) -> Void) {
        for _ in 0..<Self.burst {
            guard registration != nil else { return }
            do {
                guard let datagram = try receive() else { return }
                handler(.success(datagram))
            } catch {
                // The kernel takes an error off the socket as it reports it, so this ends.
                handler(.failure(error))
            }
        }
    }

    /// Stops handing out what arrives. The socket stays bound until its last reference goes.
    package func stopListening() {
        if let registration { loop.unregister(registration) }
        registration = nil
    }
}
