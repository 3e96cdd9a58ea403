/// Units of the metadata format, in bytes unless said otherwise (drbd-8.4 units and constants).
package enum MetadataUnits {
    package static let sector: UInt64 = 512
    /// Granularity of offsets, of the superblock and of activity log transactions; also a page of the bitmap.
    package static let page: UInt64 = 4096
    /// What one bit of the bitmap stands for.
    package static let bitmapBlock: UInt64 = 4096
    /// What one slot of the activity log holds.
    package static let activityLogExtent: UInt64 = 4 << 20
    /// Words of 64 bits in one page of the bitmap.
    package static let wordsPerPage = 512
    /// Activity log extents whose bits lie in one page of the bitmap.
    package static let extentsPerPage: UInt32 = 32
    /// Words of 64 bits that stand for one activity log extent.
    package static let wordsPerExtent = 16
    /// The share of one node in a device of indexed metadata.
    package static let indexedArea: UInt64 = 128 << 20

    /// The bitmap's length on disk for a device of `sectors` sectors: one bit per block, in whole pages.
    package static func bitmapBytes(sectors: UInt64) -> UInt64 {
        roundedUpQuotient(sectors, 262_144) * page
    }

    /// `value / divisor`, rounded up.
    package static func roundedUpQuotient(_ value: UInt64, _ divisor: UInt64) -> UInt64 {
        value / divisor + (value % divisor == 0 ? 0 : 1)
    }
}
