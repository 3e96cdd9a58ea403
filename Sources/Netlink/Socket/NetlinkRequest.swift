import CMnl

/// One request being built: header, fixed part, attributes, laid down by libmnl.
///
/// Requests of this project are small and their parts bounded by their types, so running out of room is our
/// own mistake and traps.
struct NetlinkRequest {
    private var buffer: [UInt8]

    init(type: UInt16, flags: Int32, capacity: Int = 4096) {
        buffer = [UInt8](repeating: 0, count: capacity)
        withHeader { header, _ in
            header.pointee.nlmsg_type = type
            header.pointee.nlmsg_flags = UInt16(truncatingIfNeeded: NLM_F_REQUEST | flags)
        }
    }

    /// The finished message with the sequence number that its answers will carry.
    func bytes(sequence: UInt32) -> [UInt8] {
        var copy = self
        let length = copy.withHeader { header, _ in
            header.pointee.nlmsg_seq = sequence
            return Int(header.pointee.nlmsg_len)
        }
        return [UInt8](copy.buffer.prefix(length))
    }

    mutating func addFlags(_ flags: Int32) {
        withHeader { header, _ in header.pointee.nlmsg_flags |= UInt16(truncatingIfNeeded: flags) }
    }

    /// The family's fixed part; comes before any attribute.
    mutating func putFixed<Fixed: BitwiseCopyable>(_ value: Fixed) {
        withHeader { header, room in
            precondition(
                Int(header.pointee.nlmsg_len) + MemoryLayout<Fixed>.size <= room, "netlink request without room")
            guard let place = mnl_nlmsg_put_extra_header(header, MemoryLayout<Fixed>.size) else {
                preconditionFailure("libmnl has no place for the fixed part")
            }
            place.storeBytes(of: value, as: Fixed.self)
        }
    }

    mutating func put(_ type: Int, _ value: UInt8) {
        check(type) { mnl_attr_put_u8_check($0, $1, UInt16(type), value) }
    }

    mutating func put(_ type: Int, _ value: UInt32) {
        check(type) { mnl_attr_put_u32_check($0, $1, UInt16(type), value) }
    }

    mutating func put(_ type: Int, _ value: UInt64) {
        check(type) { mnl_attr_put_u64_check($0, $1, UInt16(type), value) }
    }

    mutating func put(_ type: Int, _ value: [UInt8]) {
        check(type) { header, room in
            value.withUnsafeBytes { mnl_attr_put_check(header, room, UInt16(type), $0.count, $0.baseAddress) }
        }
    }

    /// A zero-terminated string.
    mutating func put(_ type: Int, _ text: String) {
        check(type) { mnl_attr_put_strz_check($0, $1, UInt16(type), text) }
    }

    /// An attribute whose payload is the attributes that `content` puts.
    mutating func nest(_ type: Int, _ content: (inout NetlinkRequest) -> Void) {
        let start = withHeader { header, room in
            guard let nest = mnl_attr_nest_start_check(header, room, UInt16(type)) else {
                preconditionFailure("netlink request without room for nest \(type)")
            }
            return UnsafeRawPointer(nest) - UnsafeRawPointer(header)
        }
        content(&self)
        withHeader { header, _ in
            let nest = (UnsafeMutableRawPointer(header) + start).assumingMemoryBound(to: nlattr.self)
            mnl_attr_nest_end(header, nest)
        }
    }

    private mutating func check(_ type: Int, _ put: (UnsafeMutablePointer<nlmsghdr>, Int) -> Bool) {
        let fits = withHeader(put)
        precondition(fits, "netlink request without room for attribute \(type)")
    }

    /// The buffer as libmnl sees it; an array's storage is aligned to 16 bytes, a header needs 4.
    @discardableResult
    private mutating func withHeader<Value>(_ body: (UnsafeMutablePointer<nlmsghdr>, Int) -> Value) -> Value {
        buffer.withUnsafeMutableBytes { bytes in
            guard let base = bytes.baseAddress else { preconditionFailure("netlink request without a buffer") }
            let header = base.assumingMemoryBound(to: nlmsghdr.self)
            if header.pointee.nlmsg_len == 0 { _ = mnl_nlmsg_put_header(base) }
            return body(header, bytes.count)
        }
    }
}
