import CLinux
import ClusterModel
import Glibc

/// Whole Ethernet frames of one protocol on one interface: for ARP, and for IPv6 neighbour discovery.
package final class RawEthernetSocket {
    package enum Kind: Hashable, Sendable {
        case arp
        /// IPv6 frames that carry neighbour solicitations or advertisements; others are filtered in the kernel.
        case neighbourDiscovery
    }

    /// A received frame, from the destination address on.
    package struct Frame: Hashable, Sendable {
        package var bytes: [UInt8]
        package var interface: UInt32
        package var isTruncated: Bool
    }

    private let descriptor: FileDescriptor
    private let loop: EventLoop
    private let interface: UInt32
    private let kind: Kind
    private var registration: Registration?
    private var receiver = DatagramReceiver(limit: 2048)

    private static let burst = 64

    /// Opens a socket on the interface with an index. Needs `CAP_NET_RAW`.
    package init(_ kind: Kind, interface: UInt32, on loop: EventLoop) throws(SystemError) {
        // Without a protocol nothing is received before the filter stands and the interface is chosen.
        descriptor = try Socket.make(AF_PACKET, Socket.raw)
        self.loop = loop
        self.interface = interface
        self.kind = kind
        let number = descriptor.raw
        if kind == .neighbourDiscovery {
            try SystemCall.run("filter frames") { clinux_filter_neighbour_discovery(number) }
        }
        var form = Self.form(interface, kind)
        try SystemCall.run("receive frames of interface", "\(interface)") {
            Self.lend(&form) { bind(number, $0, $1) }
        }
    }

    deinit { stopListening() }

    /// Sends a whole frame, with its Ethernet header.
    ///
    /// - Returns: false where the kernel's queue is full.
    @discardableResult
    package func send(_ frame: [UInt8]) throws(SystemError) -> Bool {
        var form = Self.form(interface, kind)
        let number = descriptor.raw
        let sent = try SystemCall.unlessBlocking("send a frame on interface", "\(interface)") {
            Self.lend(&form) { sendto(number, frame, frame.count, Int32(MSG_NOSIGNAL), $0, $1) }
        }
        return sent != nil
    }

    /// Takes one waiting frame; nil: none now.
    package func receive() throws(SystemError) -> Frame? {
        guard let (bytes, source, isTruncated) = try receiver.receive(descriptor.raw) else { return nil }
        let link = withUnsafeBytes(of: source) { $0.loadUnaligned(as: sockaddr_ll.self) }
        return Frame(bytes: bytes, interface: UInt32(bitPattern: link.sll_ifindex), isTruncated: isTruncated)
    }

    /// Hands every frame to a handler from now on, and errors such as `ENETDOWN`, after which the socket goes on
    /// working.
    package func listen(_ handler: @escaping (Result<Frame, SystemError>) -> Void) throws(SystemError) {
        precondition(registration == nil, "a socket has one listener")
        registration = try loop.register(descriptor.raw, for: .readable) { [weak self] _ in self?.drain(handler) }
    }

    private func drain(_ handler: (Result<Frame, SystemError>) -> Void) {
        for _ in 0..<Self.burst {
            guard registration != nil else { return }
            do {
                guard let frame = try receive() else { return }
                handler(.success(frame))
            } catch {
                handler(.failure(error))
            }
        }
    }

    /// Stops handing out what arrives. The socket stays bound until its last reference goes.
    package func stopListening() {
        if let registration { loop.unregister(registration) }
        registration = nil
    }

    private static func form(_ interface: UInt32, _ kind: Kind) -> sockaddr_ll {
        var form = sockaddr_ll()
        form.sll_family = UInt16(AF_PACKET)
        form.sll_protocol = UInt16(kind == .arp ? clinux_ETH_P_ARP : clinux_ETH_P_IPV6).bigEndian
        form.sll_ifindex = Int32(bitPattern: interface)
        form.sll_halen = 6
        return form
    }

    private static func lend<Answer>(
        _ form: inout sockaddr_ll, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Answer
    ) -> Answer {
        withUnsafePointer(to: &form) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_ll>.size))
            }
        }
    }
}
