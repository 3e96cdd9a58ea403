import CLinux
import ClusterModel
import Glibc

/// A TCP connection. Small writes leave at once (`TCP_NODELAY`), for the loop gathers them already.
package final class TCPConnection: StreamConnection {
    /// How a dead peer is noticed, and how much the kernel buffers.
    package struct Options: Hashable, Sendable {
        /// Silence before the kernel probes the peer, between probes, and how many may be missed; nil: no probes.
        package var keepalive: Keepalive?
        /// How long sent bytes may stay unacknowledged; nil: the kernel's default, about 15 minutes.
        package var userTimeout: Duration?
        /// Kernel buffers in bytes; nil: sized by the kernel itself.
        package var sendBuffer: Int?
        package var receiveBuffer: Int?

        package struct Keepalive: Hashable, Sendable {
            /// Whole seconds; TCP knows no finer.
            package var idle: Duration
            package var interval: Duration
            package var probes: Int

            package init(idle: Duration, interval: Duration, probes: Int) {
                self.idle = idle
                self.interval = interval
                self.probes = probes
            }
        }

        package init(
            keepalive: Keepalive? = nil, userTimeout: Duration? = nil, sendBuffer: Int? = nil, receiveBuffer: Int? = nil
        ) {
            self.keepalive = keepalive
            self.userTimeout = userTimeout
            self.sendBuffer = sendBuffer
            self.receiveBuffer = receiveBuffer
        }
    }

    /// The other side.
    package let peer: SocketAddress

    init(
        accepted descriptor: consuming FileDescriptor, peer: SocketAddress, options: Options, on loop: EventLoop
    ) throws(SystemError) {
        self.peer = peer
        try Self.apply(options, to: descriptor)
        try super.init(descriptor, peerName: "\(peer)", isConnecting: false, on: loop)
    }

    private init(
        connecting descriptor: consuming FileDescriptor, to peer: SocketAddress, on loop: EventLoop
    ) throws(SystemError) {
        self.peer = peer
        try super.init(descriptor, peerName: "\(peer)", isConnecting: true, on: loop)
    }

    /// Starts connecting; `onConnect` or `onEnd` follows.
    ///
    /// - Parameters:
    ///   - peer: whom to connect to.
    ///   - local: the address to connect from; nil: the kernel's choice.
    ///   - device: the only interface to use.
    ///   - options: see there.
    ///   - limit: how long the attempt may take.
    ///   - loop: serves the connection.
    /// - Returns: a connection in the state `connecting`.
    /// - Throws: what is known at once, e.g. `ENETUNREACH`.
    package static func connect(
        to peer: SocketAddress, from local: SocketAddress? = nil, device: String? = nil, options: Options = Options(),
        within limit: Duration, on loop: EventLoop
    ) throws(SystemError) -> TCPConnection {
        let descriptor = try Socket.make(peer.address.family.domain, Socket.stream)
        try apply(options, to: descriptor)
        if let device { try Socket.bindToDevice(descriptor, device) }
        if let local {
            try Socket.set(descriptor, SOL_SOCKET, SO_REUSEADDR, Int32(1), "reuse an address")
            try Socket.bind(descriptor, local)
        }
        try start(descriptor.raw, to: peer)
        let connection = try TCPConnection(connecting: descriptor, to: peer, on: loop)
        loop.schedule(after: limit) { [weak connection] in connection?.connectTimedOut() }
        return connection
    }

    private static func start(_ number: Int32, to peer: SocketAddress) throws(SystemError) {
        let answer = peer.withKernelForm { Glibc.connect(number, $0, $1) }
        let failure = errno
        // An interrupted attempt goes on in the background like any other.
        if answer == -1 && failure != EINPROGRESS && failure != EINTR {
            throw SystemCall.error(failure, "connect to", "\(peer)")
        }
    }

    private static func apply(_ options: Options, to descriptor: borrowing FileDescriptor) throws(SystemError) {
        let tcp = Int32(IPPROTO_TCP)
        try Socket.set(descriptor, tcp, TCP_NODELAY, Int32(1), "send without delay")
        if let keepalive = options.keepalive {
            try Socket.set(descriptor, SOL_SOCKET, SO_KEEPALIVE, Int32(1), "probe the peer")
            try Socket.set(descriptor, tcp, TCP_KEEPIDLE, seconds(keepalive.idle), "probe the peer")
            try Socket.set(descriptor, tcp, TCP_KEEPINTVL, seconds(keepalive.interval), "probe the peer")
            try Socket.set(descriptor, tcp, TCP_KEEPCNT, Int32(keepalive.probes), "probe the peer")
        }
        if let limit = options.userTimeout {
            try Socket.set(
                descriptor, tcp, TCP_USER_TIMEOUT, UInt32(clamping: limit.milliseconds), "limit unacknowledged time")
        }
        if let size = options.sendBuffer {
            try Socket.set(descriptor, SOL_SOCKET, SO_SNDBUF, Int32(size), "size a buffer")
        }
        if let size = options.receiveBuffer {
            try Socket.set(descriptor, SOL_SOCKET, SO_RCVBUF, Int32(size), "size a buffer")
        }
    }

    private static func seconds(_ duration: Duration) -> Int32 {
        max(1, Int32(clamping: (duration.milliseconds + 999) / 1000))
    }

    /// Bytes in the kernel that the peer's kernel has not acknowledged; nil on a closed connection.
    package var bytesUnacknowledged: Int? {
        guard let number = socketNumber else { return nil }
        var bytes: Int32 = 0
        return clinux_unacknowledged(number, &bytes) == 0 ? Int(bytes) : nil
    }
}
