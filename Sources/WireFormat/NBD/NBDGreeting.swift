/// The first bytes on a connection, from the server (proto.md, "Newstyle negotiation").
package struct NBDGreeting: Hashable, Sendable {
    /// Bytes of the greeting.
    package static let size = 18

    package var flags: NBDHandshakeFlags

    package init(flags: NBDHandshakeFlags = [.fixedNewstyle, .noZeroes]) {
        self.flags = flags
    }

    package func encoded() -> [UInt8] {
        var writer = ByteWriter(capacity: Self.size)
        writer.write(NBDMagic.greeting)
        writer.write(NBDMagic.option)
        writer.write(flags.rawValue)
        return writer.bytes
    }

    /// Reads a greeting of exactly `size` bytes.
    package init(_ bytes: ArraySlice<UInt8>) throws(WireError) {
        var reader = ByteReader(bytes)
        for magic in [NBDMagic.greeting, NBDMagic.option] {
            let found = try reader.read(UInt64.self)
            guard found == magic else { throw .badMagic("NBD greeting", found) }
        }
        flags = NBDHandshakeFlags(rawValue: try reader.read())
        try reader.expectEnd()
    }
}
