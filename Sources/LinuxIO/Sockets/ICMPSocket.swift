import CLinux
import ClusterModel
import Glibc

/// Asks ping nodes for a sign of life (RFC 792 and RFC 4443 echo). Needs `CAP_NET_RAW`.
package final class ICMPSocket {
    /// An answer to one of our own requests.
    package struct Reply: Hashable, Sendable {
        package var source: IPAddress
        package var sequence: UInt16
        package var payload: [UInt8]
    }

    private let descriptor: FileDescriptor
    private let loop: EventLoop
    private let family: IPAddress.Family
    private let identifier: UInt16
    private var registration: Registration?
    private var receiver = DatagramReceiver(limit: 2048)

    private static let burst = 64

    /// Opens a socket for one address family, on one interface only where `device` names it.
    ///
    /// The identifier tells our requests from those of other programs; choose it at random.
    package init(
        _ family: IPAddress.Family, identifier: UInt16, device: String? = nil, on loop: EventLoop
    ) throws(SystemError) {
        let icmp = Int32(family == .v4 ? IPPROTO_ICMP : IPPROTO_ICMPV6)
        descriptor = try Socket.make(family.domain, Socket.raw, icmp)
        self.family = family
        self.identifier = identifier
        self.loop = loop
        let number = descriptor.raw
        try SystemCall.run("filter echo replies") { clinux_filter_echo_replies(number, family.domain) }
        if let device { try Socket.bindToDevice(descriptor, device) }
    }

    deinit { stopListening() }

    /// Sends one echo request. The kernel puts in the checksum of IPv6, we that of IPv4.
    ///
    /// - Returns: false where the kernel's queue is full.
    @discardableResult
    package func sendRequest(
        to destination: IPAddress, scope: UInt32 = 0, sequence: UInt16, payload: [UInt8]
    ) throws(SystemError) -> Bool {
        let message = Self.request(family, identifier: identifier, sequence: sequence, payload: payload)
        let address = SocketAddress(destination, port: 0, scope: scope)
        let number = descriptor.raw
        let sent = try SystemCall.unlessBlocking("ping", "\(destination)") {
            address.withKernelForm { sendto(number, message, message.count, Int32(MSG_NOSIGNAL), $0, $1) }
        }
        return sent != nil
    }

    /// Hands every answer to our requests to a handler from now on, and errors of the network.
    package func listen(_ handler: @escaping (Result<Reply, SystemError>) -> Void) throws(SystemError) {
        precondition(registration == nil, "a socket has one listener")
        registration = try loop.register(descriptor.raw, for: .readable) { [weak self] _ in self?.drain(handler) }
    }

    private func drain(_ handler: (Result<Reply, SystemError>) -> Void) {
        for _ in 0..<Self.burst {
            guard registration != nil else { return }
            do {
                guard let (bytes, source, _) = try receiver.receive(descriptor.raw) else { return }
                guard let address = SocketAddress(kernelForm: source)?.address,
                    let reply = Self.reply(in: bytes, from: address, identifier: identifier)
                else { continue }
                handler(.success(reply))
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

    // MARK: Messages

    static func request(
        _ family: IPAddress.Family, identifier: UInt16, sequence: UInt16, payload: [UInt8]
    ) -> [UInt8] {
        var message: [UInt8] = [family == .v4 ? 8 : 128, 0, 0, 0]
        message += [UInt8(identifier >> 8), UInt8(truncatingIfNeeded: identifier)]
        message += [UInt8(sequence >> 8), UInt8(truncatingIfNeeded: sequence)]
        message += payload
        if family == .v4 {
            let sum = checksum(message)
            message[2] = UInt8(sum >> 8)
            message[3] = UInt8(truncatingIfNeeded: sum)
        }
        return message
    }

    /// Reads what a raw socket delivers: with the IP header for IPv4, without for IPv6. Nil for all but our replies.
    static func reply(in bytes: [UInt8], from source: IPAddress, identifier: UInt16) -> Reply? {
        var message = bytes[...]
        if source.family == .v4 {
            guard let first = bytes.first else { return nil }
            let header = Int(first & 0x0f) * 4
            guard header >= 20, bytes.count >= header else { return nil }
            message = bytes[header...]
            guard checksum([UInt8](message)) == 0 else { return nil }
        }
        let text = [UInt8](message)
        guard text.count >= 8, text[0] == (source.family == .v4 ? 0 : 129), text[1] == 0,
            UInt16(text[4]) << 8 | UInt16(text[5]) == identifier
        else { return nil }
        return Reply(source: source, sequence: UInt16(text[6]) << 8 | UInt16(text[7]), payload: [UInt8](text[8...]))
    }

    /// The Internet checksum (RFC 1071); over a message that carries its own it is zero.
    static func checksum(_ bytes: [UInt8]) -> UInt16 {
        var sum: UInt32 = 0
        for (index, byte) in bytes.enumerated() {
            sum += index.isMultiple(of: 2) ? UInt32(byte) << 8 : UInt32(byte)
            sum = sum & 0xffff + sum >> 16
        }
        return ~UInt16(sum & 0xffff)
    }
}
