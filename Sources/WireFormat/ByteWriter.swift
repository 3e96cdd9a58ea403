/// Appends numbers and byte strings to an array.
package struct ByteWriter: Sendable {
    package private(set) var bytes: [UInt8] = []

    package init(capacity: Int = 0) {
        bytes.reserveCapacity(capacity)
    }

    /// Appends an integer, big-endian.
    package mutating func write<Number: FixedWidthInteger & UnsignedInteger>(_ number: Number) {
        for shift in stride(from: Number.bitWidth - 8, through: 0, by: -8) {
            bytes.append(UInt8(truncatingIfNeeded: number >> Number(shift)))
        }
    }

    /// Appends an integer, least significant byte first.
    package mutating func writeLittleEndian<Number: FixedWidthInteger & UnsignedInteger>(_ number: Number) {
        write(number.byteSwapped)
    }

    package mutating func write(_ more: some Sequence<UInt8>) {
        bytes.append(contentsOf: more)
    }

    package mutating func writeZeroes(_ count: Int) {
        bytes.append(contentsOf: repeatElement(0, count: count))
    }
}
