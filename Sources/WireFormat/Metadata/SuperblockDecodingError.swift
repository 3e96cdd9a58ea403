/// Why 4 KiB are not a superblock we can use.
package enum SuperblockDecodingError: Error, Hashable, Sendable {
    /// A superblock has 4096 bytes.
    case wrongLength(Int)
    /// No magic number of any DRBD metadata.
    case notMetadata(magic: UInt32)
    /// Metadata of another DRBD format: 7 (DRBD 0.7) or 9.
    case otherFormat(version: Int)
    /// One bit must stand for 4096 bytes.
    case bytesPerBit(UInt32)
    /// The activity log's stripes are not a ring the format allows.
    case activityLogGeometry(stripes: UInt32, blocksPerStripe: UInt32)
    /// The agreed size is beyond what DRBD can replicate.
    case agreedSize(sectors: UInt64)
}

extension SuperblockDecodingError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .wrongLength(let count):
            "the superblock was read with \(count) bytes instead of 4096"
        case .notMetadata(let magic):
            "no DRBD metadata here (magic 0x\(String(magic, radix: 16))): create them, or check the device name"
        case .otherFormat(let version):
            "the metadata have DRBD's format \(version), not 8: convert them with drbdmeta"
        case .bytesPerBit(let bytes):
            "the superblock says \(bytes) bytes per bit, only 4096 are supported: the metadata are damaged"
        case .activityLogGeometry(let stripes, let blocks):
            "the superblock says \(stripes) activity log stripes of \(blocks) blocks: the metadata are damaged"
        case .agreedSize(let sectors):
            "the superblock says a size of \(sectors) sectors, more than DRBD can replicate: the metadata are damaged"
        }
    }
}
