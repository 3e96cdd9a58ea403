/// Cuts a bitmap into the packets that bring it to the peer (drbd-8.4 bitmap exchange).
///
/// Ask `next(in:)` until it answers nil. The bitmap must not change meanwhile where that matters to the caller; bits
/// that are already sent are not looked at again.
package struct BitmapSender: Hashable, Sendable {
    private let bitCount: UInt64
    private let compress: Bool
    private var position: UInt64 = 0
    private var isFinished = false

    /// A sender of `bitCount` bits; `compress` allows run lengths where they save something (`use-rle`).
    package init(bitCount: UInt64, compress: Bool) {
        self.bitCount = bitCount
        self.compress = compress
    }

    /// The next packet, or nil when the transfer is complete.
    ///
    /// `words` is the whole bitmap: bit n is bit n % 64 of word n / 64. Bits beyond the last are not sent as ones.
    package mutating func next(in words: [UInt64]) -> PeerPacket? {
        precondition(
            UInt64(words.count) >= (bitCount + 63) / 64, "bitmap of \(words.count) words for \(bitCount) bits")
        guard !isFinished else { return nil }
        if compress, position < bitCount, let packet = nextCompressed(in: words) { return packet }
        return nextPlain(in: words)
    }

    private mutating func nextPlain(in words: [UInt64]) -> PeerPacket {
        guard position < bitCount else {
            isFinished = true
            return .bitmap(BitmapPacket(words: []))
        }
        // After run lengths a plain packet begins at the word that holds the position.
        let first = Int(position / 64)
        let end = min(first + BitmapPacket.wordLimit, Int((bitCount + 63) / 64))
        var part = Array(words[first..<end])
        position = min(UInt64(end) * 64, bitCount)
        if position == bitCount, !bitCount.isMultiple(of: 64) {
            part[part.count - 1] &= (1 << (bitCount % 64)) - 1
        }
        return .bitmap(BitmapPacket(words: part))
    }

    /// The bits from the position on as run lengths, or nil where these would be longer than the bits themselves.
    private mutating func nextCompressed(in words: [UInt64]) -> PeerPacket? {
        let firstRunIsSet = Self.bit(position, of: words)
        var code = BitString()
        var end = position
        var value = firstRunIsSet
        while end < bitCount {
            let next = Self.endOfRun(of: value, from: end, in: words, limit: bitCount)
            let word = RunLengthCode.word(for: next - end)
            guard code.count + word.count <= CompressedBitmapPacket.codeByteLimit * 8 else { break }
            code.append(word.bits, size: word.count)
            end = next
            value.toggle()
        }
        guard end - position >= UInt64(code.bytes.count) * 8 else { return nil }
        position = end
        isFinished = position == bitCount
        return .compressedBitmap(
            CompressedBitmapPacket(
                firstRunIsSet: firstRunIsSet, unusedBits: UInt8(code.unusedBits), code: code.bytes))
    }

    private static func bit(_ position: UInt64, of words: [UInt64]) -> Bool {
        words[Int(position / 64)] >> (position % 64) & 1 != 0
    }

    /// The first position at or after `start` whose bit is not `value`, or `limit`.
    private static func endOfRun(of value: Bool, from start: UInt64, in words: [UInt64], limit: UInt64) -> UInt64 {
        var position = start
        while position < limit {
            let word = words[Int(position / 64)]
            let different = (value ? ~word : word) >> (position % 64)
            if different != 0 { return min(limit, position + UInt64(different.trailingZeroBitCount)) }
            position = (position / 64 + 1) * 64
        }
        return limit
    }
}
