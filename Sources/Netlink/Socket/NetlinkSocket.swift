import CMnl
import Glibc

/// A netlink socket with its conversation: one request at a time, answers checked by sequence number.
///
/// It belongs to one thread, and for life to the network namespace in which it was opened.
final class NetlinkSocket {
    private let socket: OpaquePointer
    private var sequence: UInt32 = 0
    private var buffer = [UInt8](repeating: 0, count: 32768)

    /// The longest list the kernel may answer with; a machine has a handful of links and addresses.
    private static let messagesMax = 100_000
    /// How often a list that changed while it was read is read anew.
    private static let attemptsMax = 8

    /// Opens a socket of a netlink protocol (`NETLINK_ROUTE`, `NETLINK_GENERIC`), for requests or, with `groups`,
    /// for events.
    init(protocol bus: Int32, groups: UInt32 = 0, nonblocking: Bool = false) throws(NetlinkError) {
        let flags = Int32(SOCK_CLOEXEC.rawValue) | (nonblocking ? Int32(SOCK_NONBLOCK.rawValue) : 0)
        guard let opened = mnl_socket_open2(bus, flags) else { throw Self.failure("socket(AF_NETLINK)") }
        socket = opened
        guard mnl_socket_bind(opened, groups, pid_t(MNL_SOCKET_AUTOPID)) == 0 else {
            throw Self.failure("bind(AF_NETLINK)")
        }
        try prepare()
    }

    deinit {
        mnl_socket_close(socket)
    }

    var descriptor: Int32 { mnl_socket_get_fd(socket) }

    /// Sends a request and waits for its acknowledgement.
    func acknowledge(_ request: NetlinkRequest, _ operation: String, _ subject: String) throws(NetlinkError) {
        _ = try converse(request, flags: NLM_F_ACK, operation, subject)
    }

    /// Sends a request and returns what the kernel answered before its acknowledgement or end mark.
    func ask(
        _ request: NetlinkRequest, _ operation: String, _ subject: String
    ) throws(NetlinkError) -> [NetlinkMessage] {
        try converse(request, flags: NLM_F_ACK, operation, subject)
    }

    /// Asks for a whole list, again where it changed underneath.
    func dump(_ request: NetlinkRequest, _ operation: String) throws(NetlinkError) -> [NetlinkMessage] {
        for _ in 0..<Self.attemptsMax {
            let messages = try converse(request, flags: NLM_F_DUMP, operation, "")
            let torn = messages.contains { $0.flags & UInt16(NLM_F_DUMP_INTR) != 0 }
            if !torn { return messages }
        }
        throw NetlinkError(
            operation: operation, subject: "", cause: .badAnswer("the list changed each time it was read"))
    }

    /// The messages of the next datagram, or nil where none waits (nonblocking sockets).
    func receive() throws(NetlinkError) -> [NetlinkMessage]? {
        while true {
            let count = buffer.withUnsafeMutableBytes {
                mnl_socket_recvfrom(socket, $0.baseAddress, $0.count)
            }
            if count >= 0 { return NetlinkMessage.split([UInt8](buffer.prefix(count))) }
            switch errno {
            case EINTR: continue
            case EAGAIN: return nil
            default: throw Self.failure("recvmsg(AF_NETLINK)")
            }
        }
    }

    private func converse(
        _ request: NetlinkRequest, flags: Int32, _ operation: String, _ subject: String
    ) throws(NetlinkError) -> [NetlinkMessage] {
        do throws(NetlinkError) {
            try send(request, flags: flags)
            return try collect(isDump: flags == NLM_F_DUMP)
        } catch {
            throw NetlinkError(operation: operation, subject: subject, cause: error.cause)
        }
    }

    private func send(_ request: NetlinkRequest, flags: Int32) throws(NetlinkError) {
        sequence &+= 1
        var request = request
        request.addFlags(flags)
        let bytes = request.bytes(sequence: sequence)
        let sent = bytes.withUnsafeBytes { mnl_socket_sendto(socket, $0.baseAddress, $0.count) }
        guard sent == bytes.count else { throw Self.failure("sendto(AF_NETLINK)") }
    }

    private func collect(isDump: Bool) throws(NetlinkError) -> [NetlinkMessage] {
        var collected: [NetlinkMessage] = []
        let portID = mnl_socket_get_portid(socket)
        while collected.count <= Self.messagesMax {
            guard let messages = try receive() else { throw Self.failed(.timedOut) }
            for message in messages where message.sequence == sequence && message.portID == portID {
                switch message.verdict {
                case .acknowledged?: return collected
                case .refused(let errno, let text)?: throw Self.failed(.refused(errno: errno, message: text))
                case nil: break
                }
                if Int32(message.type) == NLMSG_DONE {
                    try Self.checkEnd(message)
                    // An interrupted dump may say so in its end mark alone.
                    return message.flags & UInt16(NLM_F_DUMP_INTR) != 0 ? [message] : collected
                }
                guard Int32(message.type) >= NLMSG_MIN_TYPE else { continue }
                collected.append(message)
            }
        }
        throw Self.failed(.badAnswer("more than \(Self.messagesMax) messages"))
    }

    /// A dump that fails half-way says so in its end mark.
    private static func checkEnd(_ message: NetlinkMessage) throws(NetlinkError) {
        guard let code = message.fixed(Int32.self), code < 0, code != .min else { return }
        throw failed(.refused(errno: -code, message: nil))
    }

    /// Extended acks carry the kernel's explanation, and the receive time-out bounds every request: the kernel answers
    /// at once, so only a broken one takes longer.
    private func prepare() throws(NetlinkError) {
        var on: Int32 = 1
        // Older kernels know neither; then errors come without explanation.
        _ = mnl_socket_setsockopt(socket, NETLINK_EXT_ACK, &on, socklen_t(MemoryLayout<Int32>.size))
        _ = mnl_socket_setsockopt(socket, NETLINK_CAP_ACK, &on, socklen_t(MemoryLayout<Int32>.size))
        var limit = timeval(tv_sec: 2, tv_usec: 0)
        let size = socklen_t(MemoryLayout<timeval>.size)
        guard setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, size) == 0 else {
            throw Self.failure("setsockopt(SO_RCVTIMEO)")
        }
    }

    private static func failure(_ call: String) -> NetlinkError {
        failed(.socket(call: call, errno: errno))
    }

    private static func failed(_ cause: NetlinkError.Cause) -> NetlinkError {
        NetlinkError(operation: "talk to the kernel by netlink", subject: "", cause: cause)
    }
}
