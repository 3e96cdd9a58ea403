/// A run of bytes on a volume or device: `offset ..< offset + length`.
package struct ByteRange: Hashable, Sendable, Codable, CustomStringConvertible {
    package var offset: UInt64
    package var length: UInt64

    package init(offset: UInt64, length: UInt64) {
        self.offset = offset
        self.length = length
    }

    /// One past the last byte. Ranges from outside are checked with `isInside(size:)` first, so this does not overflow.
    package var end: UInt64 { offset + length }

    package var isEmpty: Bool { length == 0 }

    /// Whether the range lies wholly within a device of `size` bytes; safe against overflow.
    package func isInside(size: UInt64) -> Bool {
        offset <= size && length <= size - offset
    }

    package func overlaps(_ other: ByteRange) -> Bool {
        !isEmpty && !other.isEmpty && offset < other.end && other.offset < end
    }

    package var description: String { "\(offset)+\(length)" }
}
