import ClusterModel
import Replication

/// What must be written to create metadata, as `drbdmeta create-md` leaves them.
///
/// Write in this order, with a flush before the last step: zeros, ring, superblock. A crash in between then
/// leaves no superblock that claims more than is there.
package struct FreshMetadata: Hashable, Sendable {
    /// Where zeros go: the bitmap, in bytes on the metadata device. Can be large; write it piecewise.
    package let zeros: ByteRange
    /// The activity log, in bytes on the metadata device; each 4 KiB of it hold `ActivityLogBlock.initialisedBytes`.
    package let ring: ByteRange
    /// Where `superblockBytes` go.
    package let superblockOffset: UInt64
    package let superblockBytes: [UInt8]

    package init(layout: MetadataLayout, peerMaxRequestBytes: UInt32 = 0) {
        zeros = layout.bitmap
        ring = layout.activityLog
        superblockOffset = layout.superblockOffset
        superblockBytes = Superblock(creating: layout, peerMaxRequestBytes: peerMaxRequestBytes).encoded()
    }
}
