/// The answer to a request (proto.md, "Simple reply message"): 16 bytes, and the data if it is a read that went well.
package struct NBDSimpleReply: Hashable, Sendable {
    /// Bytes of a reply without its data.
    package static let size = 16

    /// The request's.
    package var cookie: UInt64
    /// Nil where all went well.
    package var error: NBDErrorNumber?

    package init(cookie: UInt64, error: NBDErrorNumber? = nil) {
        self.cookie = cookie
        self.error = error
    }

    package func encoded() -> [UInt8] {
        var writer = ByteWriter(capacity: Self.size)
        writer.write(NBDMagic.simpleReply)
        writer.write(error?.rawValue ?? 0)
        writer.write(cookie)
        return writer.bytes
    }

    /// Reads a reply of exactly `size` bytes; an error number unknown here counts as `.invalid`. For clients.
    package init(_ bytes: ArraySlice<UInt8>) throws(WireError) {
        var reader = ByteReader(bytes)
        let magic = try reader.read(UInt32.self)
        guard magic == NBDMagic.simpleReply else { throw .badMagic("NBD reply", UInt64(magic)) }
        let number = try reader.read(UInt32.self)
        error = number == 0 ? nil : NBDErrorNumber(rawValue: number) ?? .invalid
        cookie = try reader.read()
        try reader.expectEnd()
    }
}
