/// Something that forbids attaching; the same that DRBD's kernel driver refuses
/// (drbd-8.4 on-disk metadata, what the kernel checks at attach).
package enum MetadataProblem: Error, Hashable, Sendable {
    /// The metadata device has less than 1 MiB.
    case deviceTooSmall(bytes: UInt64)
    /// Not closed in order: the activity log has to be applied first.
    case unclean
    /// The offsets in the superblock are not those of this device: it was resized, or is another one.
    case layoutDiffers
    /// The bitmap is too small for the agreed size.
    case bitmapTooSmall(agreedSectors: UInt64)
    /// More slots than the ring can describe, or fewer than the format allows.
    case activityLogSlots(UInt32)
    /// A consistent copy does not fit any more.
    case deviceShrunk(sectors: UInt64, agreedSectors: UInt64)
    /// This node is Primary on its peer's data, and this copy is of another generation.
    case otherGeneration(found: GenerationUUID, inUse: GenerationUUID)
}

extension MetadataProblem {
    /// The error number the kernel's driver reports for it, where there is one of its own.
    package var kernelError: Int? {
        switch self {
        case .unclean: 165
        case .deviceShrunk: 170
        case .otherGeneration: 150
        case .deviceTooSmall, .layoutDiffers, .bitmapTooSmall, .activityLogSlots: nil
        }
    }
}

extension MetadataProblem: CustomStringConvertible {
    package var description: String {
        switch self {
        case .deviceTooSmall(let bytes):
            "the metadata device has \(bytes) bytes, at least 1 MiB is needed"
        case .unclean:
            "the metadata were not closed in order: apply the activity log first"
        case .layoutDiffers:
            "the metadata lie elsewhere than the device's size says: it was resized, or it is the wrong device"
        case .bitmapTooSmall(let sectors):
            "the bitmap does not cover the agreed size of \(sectors) sectors: the metadata are damaged"
        case .activityLogSlots(let slots):
            "the activity log cannot have \(slots) slots: the metadata are damaged"
        case .deviceShrunk(let sectors, let agreed):
            "the device has room for \(sectors) sectors, but holds a copy of \(agreed): it was shrunk, or is the wrong one"
        case .otherGeneration(let found, let inUse):
            "the copy is of generation \(found), but this node works on \(inUse): it is not the copy it was using"
        }
    }
}
