import CMnl

/// One message from the kernel, copied out of the receive buffer.
struct NetlinkMessage {
    var type: UInt16
    var flags: UInt16
    var sequence: UInt32
    var portID: UInt32
    var payload: [UInt8]

    /// Splits one datagram into its messages. Bytes after the last whole message are ignored; a length that
    /// lies ends the list.
    static func split(_ datagram: [UInt8]) -> [NetlinkMessage] {
        var messages: [NetlinkMessage] = []
        datagram.withUnsafeBytes { buffer in
            let headerSize = MemoryLayout<nlmsghdr>.size
            var offset = 0
            // Not by libmnl's `mnl_nlmsg_ok`: it takes a length of 2^31 and more for a negative one, which always fits.
            while offset + headerSize <= buffer.count {
                let header = buffer.loadUnaligned(fromByteOffset: offset, as: nlmsghdr.self)
                let length = Int(header.nlmsg_len)
                guard length >= headerSize, length <= buffer.count - offset else { break }
                let payload = buffer[(offset + headerSize)..<(offset + length)]
                messages.append(NetlinkMessage(header, payload: [UInt8](payload)))
                offset += (length + 3) & ~3
            }
        }
        return messages
    }

    private init(_ header: nlmsghdr, payload: [UInt8]) {
        type = header.nlmsg_type
        flags = header.nlmsg_flags
        sequence = header.nlmsg_seq
        portID = header.nlmsg_pid
        self.payload = payload
    }

    /// The family's fixed part, or nil where the message is too short for it.
    func fixed<Fixed: BitwiseCopyable>(_ type: Fixed.Type) -> Fixed? {
        guard payload.count >= MemoryLayout<Fixed>.size else { return nil }
        return payload.withUnsafeBytes { $0.loadUnaligned(as: Fixed.self) }
    }

    /// The attributes behind a fixed part of the given size.
    func attributes(after size: Int) -> NetlinkAttributes {
        NetlinkAttributes(payload.dropFirst((size + 3) & ~3))
    }

    /// The verdict of an error or acknowledgement: nil where the message is none or too short to be one.
    var verdict: Verdict? {
        guard Int32(type) == NLMSG_ERROR, let code = fixed(Int32.self) else { return nil }
        guard code != 0 else { return .acknowledged }
        return .refused(errno: code == .min ? .max : -code, message: extendedAck)
    }

    enum Verdict: Hashable {
        case acknowledged
        case refused(errno: Int32, message: String?)
    }

    /// The kernel's own words. They follow the echoed request: its header alone when the kernel capped it, all of
    /// it otherwise (uapi linux/netlink.h, NLM_F_CAPPED and NLM_F_ACK_TLVS).
    private var extendedAck: String? {
        guard flags & UInt16(NLM_F_ACK_TLVS) != 0 else { return nil }
        let echoAt = MemoryLayout<Int32>.size
        let headerSize = MemoryLayout<nlmsghdr>.size
        guard payload.count >= echoAt + headerSize else { return nil }
        let echoed = payload.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: echoAt, as: nlmsghdr.self) }
        let capped = flags & UInt16(NLM_F_CAPPED) != 0
        let skipped = echoAt + (capped ? headerSize : (Int(echoed.nlmsg_len) + 3) & ~3)
        guard skipped <= payload.count else { return nil }
        return NetlinkAttributes(payload[skipped...]).text(Int(NLMSGERR_ATTR_MSG.rawValue))
    }
}
