import ClusterModel

/// The question and answer of `ping` (RFC 792, RFC 4443 section 4), as an ICMP message without its IP header.
package struct ICMPEcho: Hashable, Sendable {
    /// Which of the two protocols; they differ in their numbers and in who computes the checksum.
    package enum Family: Hashable, Sendable, CaseIterable {
        /// The checksum is ours to compute and check.
        case v4
        /// The checksum covers the addresses, so the kernel computes and checks it.
        case v6
    }

    package enum Kind: Hashable, Sendable, CaseIterable {
        case request
        case reply
    }

    package var family: Family
    package var kind: Kind
    /// Tells one asker from another.
    package var identifier: UInt16
    package var sequence: UInt16
    /// Comes back in the reply.
    package var payload: [UInt8]

    package init(family: Family, kind: Kind, identifier: UInt16, sequence: UInt16, payload: [UInt8] = []) {
        self.family = family
        self.kind = kind
        self.identifier = identifier
        self.sequence = sequence
        self.payload = payload
    }

    private var type: UInt8 {
        switch (family, kind) {
        case (.v4, .request): 8
        case (.v4, .reply): 0
        case (.v6, .request): 128
        case (.v6, .reply): 129
        }
    }

    package func encoded() -> [UInt8] {
        var writer = ByteWriter(capacity: 8 + payload.count)
        writer.write(type)
        writer.write(UInt8(0))
        writer.write(UInt16(0))
        writer.write(identifier)
        writer.write(sequence)
        writer.write(payload)
        var message = writer.bytes
        if family == .v4 {
            let checksum = InternetChecksum.of(message)
            message[2] = UInt8(checksum >> 8)
            message[3] = UInt8(checksum & 0xff)
        }
        return message
    }

    /// Reads a message. Throws where it is no echo, or its IPv4 checksum is wrong.
    package init(_ message: ArraySlice<UInt8>, family: Family) throws(WireError) {
        var reader = ByteReader(message)
        let type = try reader.read(UInt8.self)
        let code = try reader.read(UInt8.self)
        try reader.skip(2)
        self.init(
            family: family, kind: .request, identifier: try reader.read(), sequence: try reader.read(),
            payload: reader.readAll())
        if type != self.type { kind = .reply }
        guard type == self.type, code == 0 else {
            throw .badValue("ICMP type and code", UInt64(type) << 8 | UInt64(code))
        }
        guard family == .v6 || InternetChecksum.of(message) == 0 else { throw .badChecksum("ICMP") }
    }
}
