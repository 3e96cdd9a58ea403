/// The bitmap as bytes: bit *n* is bit *n* mod 8 of byte *n* / 8, least significant first, which is a stream
/// of little-endian words (drbd-8.4 on-disk metadata, bitmap). The same stream travels in `P_BITMAP`.
package enum BitmapCodec {
    /// The words that `bytes` hold; a rest of less than eight bytes is filled up with zeros.
    package static func words(of bytes: [UInt8]) -> [UInt64] {
        bytes.withUnsafeBytes { words(of: $0) }
    }

    /// The words that raw memory holds.
    package static func words(of bytes: UnsafeRawBufferPointer) -> [UInt64] {
        var words = (0..<(bytes.count / 8)).map { index in
            UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: 8 * index, as: UInt64.self))
        }
        let rest = bytes.count % 8
        if rest > 0 {
            words.append(bytes.suffix(rest).reversed().reduce(0) { word, byte in word << 8 | UInt64(byte) })
        }
        return words
    }

    /// The bytes of `words`, eight each.
    package static func bytes(of words: some Collection<UInt64>) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: words.count * 8) { buffer, count in
            let raw = UnsafeMutableRawBufferPointer(buffer)
            for word in words {
                raw.storeBytes(of: word.littleEndian, toByteOffset: count, as: UInt64.self)
                count += 8
            }
        }
    }
}
