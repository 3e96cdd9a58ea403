/// Bits in bytes, filled from the least significant bit of each byte.
struct BitString: Hashable, Sendable {
    private(set) var bytes: [UInt8] = []
    /// Bits in use.
    private(set) var count = 0

    init() {}

    /// The bits of `bytes` but for the last `unused` ones (0…7).
    init(bytes: [UInt8], unused: Int) {
        self.bytes = bytes
        count = max(0, bytes.count * 8 - unused)
    }

    /// Bits of the last byte that are not in use.
    var unusedBits: Int { bytes.count * 8 - count }

    /// Appends the lowest `size` bits of `bits`, least significant first.
    mutating func append(_ bits: UInt64, size: Int) {
        var rest = bits
        var left = size
        while left > 0 {
            if unusedBits == 0 { bytes.append(0) }
            let used = 8 - unusedBits
            let taken = min(left, unusedBits)
            let part = UInt8(truncatingIfNeeded: rest & ((1 << UInt64(taken)) - 1))
            bytes[bytes.count - 1] |= part << UInt8(used)
            rest >>= UInt64(taken)
            left -= taken
            count += taken
        }
    }

    /// Up to 64 bits from `position` on, zeroes beyond the end.
    func bits(at position: Int) -> UInt64 {
        let first = position / 8
        let shift = UInt64(position % 8)
        var result: UInt64 = 0
        for index in 0..<9 where first + index < bytes.count {
            let byte = UInt64(bytes[first + index])
            // The ninth byte completes the top of the word where the position lies inside a byte.
            result |= index == 0 ? byte >> shift : byte << (UInt64(index) * 8 - shift)
        }
        return result
    }
}
