/// Why a device cannot carry metadata.
package enum MetadataLayoutError: Error, Hashable, Sendable {
    /// The device has `bytes` bytes; at least `minimum` are needed.
    case deviceTooSmall(bytes: UInt64, minimum: UInt64)
    /// The offsets do not fit the fields of the superblock.
    case deviceTooLarge(bytes: UInt64)
    /// Indexed metadata has room for the standard activity log only.
    case indexedNeedsStandardActivityLog
}

extension MetadataLayoutError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .deviceTooSmall(let bytes, let minimum):
            "the device has \(bytes) bytes, but \(minimum) are needed for the metadata: use a larger device"
        case .deviceTooLarge(let bytes):
            "the device has \(bytes) bytes, more than the metadata format can describe: use a smaller partition"
        case .indexedNeedsStandardActivityLog:
            "indexed metadata has a fixed activity log of 32 KiB: leave the stripes alone, or give the metadata a device of its own"
        }
    }
}
