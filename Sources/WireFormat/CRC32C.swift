/// CRC-32C (Castagnoli), reflected polynomial 0x82F63B78, eight bytes a step.
///
/// The start value and the final inversion differ between users: iSCSI starts with all ones and inverts
/// (RFC 3720, appendix B.4), DRBD's activity log starts with 0 and does not.
package enum CRC32C {
    /// The remainder after `bytes`, begun with `start`, not inverted. Feeding the result back as `start`
    /// continues over further bytes.
    package static func remainder(of bytes: some Sequence<UInt8>, start: UInt32 = 0) -> UInt32 {
        bytes.withContiguousStorageIfAvailable { update(start, UnsafeRawBufferPointer($0)) }
            ?? update(start, bytewise: bytes)
    }

    /// The remainder after raw memory.
    package static func remainder(of bytes: UnsafeRawBufferPointer, start: UInt32 = 0) -> UInt32 {
        update(start, bytes)
    }

    /// The checksum of `bytes` as iSCSI, ext4 and others know it.
    package static func checksum(of bytes: some Sequence<UInt8>) -> UInt32 {
        ~remainder(of: bytes, start: .max)
    }

    private static func update(_ start: UInt32, _ bytes: UnsafeRawBufferPointer) -> UInt32 {
        tables.withUnsafeBufferPointer { table in
            var crc = start
            var at = 0
            while bytes.count - at >= 8 {
                let chunk = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: at, as: UInt64.self)) ^ UInt64(crc)
                crc = 0
                for lane in 0..<8 {
                    crc ^= table[(7 - lane) * 256 + Int(truncatingIfNeeded: chunk >> (8 * UInt64(lane)) & 0xff)]
                }
                at += 8
            }
            while at < bytes.count {
                crc = crc >> 8 ^ table[Int((crc ^ UInt32(bytes[at])) & 0xff)]
                at += 1
            }
            return crc
        }
    }

    private static func update(_ start: UInt32, bytewise bytes: some Sequence<UInt8>) -> UInt32 {
        bytes.reduce(start) { crc, byte in crc >> 8 ^ tables[Int((crc ^ UInt32(byte)) & 0xff)] }
    }

    /// Eight tables of 256 entries: table k advances a byte over k further bytes of zeros.
    private static let tables: [UInt32] = {
        var tables = [UInt32](repeating: 0, count: 8 * 256)
        for byte in 0..<256 {
            tables[byte] = (0..<8).reduce(UInt32(byte)) { crc, _ in crc >> 1 ^ (crc & 1 == 0 ? 0 : 0x82f6_3b78) }
        }
        for at in 256..<(8 * 256) {
            let shorter = tables[at - 256]
            tables[at] = shorter >> 8 ^ tables[Int(shorter & 0xff)]
        }
        return tables
    }()
}
