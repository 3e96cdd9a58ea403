/// Takes numbers and byte strings off the front of bytes from outside; never reads past their end.
package struct ByteReader: Sendable {
    private var rest: ArraySlice<UInt8>

    package init(_ bytes: ArraySlice<UInt8>) {
        rest = bytes
    }

    package init(_ bytes: [UInt8]) {
        rest = bytes[...]
    }

    /// Bytes not read yet.
    package var left: Int { rest.count }

    /// The next integer, big-endian.
    package mutating func read<Number: FixedWidthInteger & UnsignedInteger & Sendable>(
        _ type: Number.Type = Number.self
    ) throws(WireError) -> Number {
        try take(Number.bitWidth / 8).reduce(0) { number, byte in number << 8 | Number(byte) }
    }

    /// The next integer, least significant byte first.
    package mutating func readLittleEndian<Number: FixedWidthInteger & UnsignedInteger & Sendable>(
        _ type: Number.Type = Number.self
    ) throws(WireError) -> Number {
        try read(type).byteSwapped
    }

    /// The next `count` bytes.
    package mutating func readBytes(_ count: Int) throws(WireError) -> [UInt8] {
        Array(try take(count))
    }

    package mutating func skip(_ count: Int) throws(WireError) {
        _ = try take(count)
    }

    /// Everything that is left.
    package mutating func readAll() -> [UInt8] {
        defer { rest = rest[rest.endIndex...] }
        return Array(rest)
    }

    /// Throws where anything is left.
    package func expectEnd() throws(WireError) {
        guard rest.isEmpty else { throw .surplus(rest.count) }
    }

    private mutating func take(_ count: Int) throws(WireError) -> ArraySlice<UInt8> {
        guard count >= 0, count <= rest.count else { throw .truncated(wanted: count, left: rest.count) }
        defer { rest = rest.dropFirst(count) }
        return rest.prefix(count)
    }
}
