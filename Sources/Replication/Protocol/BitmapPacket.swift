/// The next words of a bitmap in transfer (`P_BITMAP`, drbd-8.4 bitmap exchange).
package struct BitmapPacket: Hashable, Sendable {
    /// Most words one packet holds: with its header it has at most 4096 bytes.
    package static let wordLimit = 510

    /// Least significant bit first: bit n of the bitmap is bit n % 64 of word n / 64. Empty ends a transfer.
    package var words: [UInt64]

    package init(words: [UInt64]) {
        self.words = words
    }
}

/// The next bits of a bitmap in transfer as lengths of alternating runs (`P_COMPRESSED_BITMAP`).
package struct CompressedBitmapPacket: Hashable, Sendable {
    /// Most code bytes one packet holds: with its header it has at most 4096 bytes.
    package static let codeByteLimit = 4079

    /// Whether the first run is of ones.
    package var firstRunIsSet: Bool
    /// Bits at the end of the last code byte that mean nothing; 0…7.
    package var unusedBits: UInt8
    /// The code string, filled from the least significant bit of each byte.
    package var code: [UInt8]

    package init(firstRunIsSet: Bool, unusedBits: UInt8, code: [UInt8]) {
        self.firstRunIsSet = firstRunIsSet
        self.unusedBits = unusedBits
        self.code = code
    }
}
