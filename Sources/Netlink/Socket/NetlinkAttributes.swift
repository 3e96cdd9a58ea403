import CMnl

/// The attributes of one answer, copied out of it. Reading never leaves the bytes it was given: a length that
/// does not fit ends the list, as the kernel's own readers do.
struct NetlinkAttributes {
    private var entries: [(type: Int, payload: [UInt8])] = []

    init(_ bytes: ArraySlice<UInt8>) {
        let aligned = [UInt8](bytes)
        aligned.withUnsafeBytes { buffer in
            var offset = 0
            while offset + MemoryLayout<nlattr>.size <= buffer.count, let base = buffer.baseAddress {
                let attribute = (base + offset).assumingMemoryBound(to: nlattr.self)
                guard mnl_attr_ok(attribute, Int32(clamping: buffer.count - offset)) else { break }
                let size = Int(mnl_attr_get_payload_len(attribute))
                let payload = UnsafeRawBufferPointer(start: mnl_attr_get_payload(attribute), count: size)
                entries.append((Int(mnl_attr_get_type(attribute)), [UInt8](payload)))
                offset += (Int(attribute.pointee.nla_len) + 3) & ~3
            }
        }
    }

    var count: Int { entries.count }

    /// The payload of the first attribute of a type.
    subscript(type: Int) -> [UInt8]? {
        entries.first { $0.type == type }?.payload
    }

    /// Every payload, in order: for lists, whose entries carry an index as their type.
    var payloads: [[UInt8]] { entries.map(\.payload) }

    func uint8(_ type: Int) -> UInt8? { self[type]?.first }

    func uint16(_ type: Int) -> UInt16? { load(type) }

    func uint32(_ type: Int) -> UInt32? { load(type) }

    /// Text up to its terminating zero, or to the end where there is none.
    func text(_ type: Int) -> String? {
        self[type].map { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }

    func nested(_ type: Int) -> NetlinkAttributes? {
        self[type].map { NetlinkAttributes($0[...]) }
    }

    private func load<Value: FixedWidthInteger & BitwiseCopyable>(_ type: Int) -> Value? {
        guard let payload = self[type], payload.count >= MemoryLayout<Value>.size else { return nil }
        return payload.withUnsafeBytes { $0.loadUnaligned(as: Value.self) }
    }
}
