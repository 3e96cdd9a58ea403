/// The ring of 4 KiB blocks that holds the activity log on disk (drbd-8.4 on-disk metadata, activity log).
///
/// Striping spreads consecutive transactions over the members of a RAID array below.
package struct ActivityLogRing: Hashable, Sendable, Codable {
    /// Number of stripes, at least 1.
    package let stripes: UInt32
    /// Blocks of 4 KiB in a stripe, at least 1.
    package let blocksPerStripe: UInt32

    /// What DRBD creates unless told otherwise: 32 KiB.
    package static let standard = ActivityLogRing(unchecked: 1, blocksPerStripe: 8)

    /// How many blocks a ring may have: 32 KiB to 16 GiB.
    package static let allowedBlocks: ClosedRange<UInt64> = 8...4_194_304

    /// A ring of these numbers, or nil where the format does not allow it.
    package init?(stripes: UInt32, blocksPerStripe: UInt32) {
        let blocks = UInt64(stripes) * UInt64(blocksPerStripe)
        guard Self.allowedBlocks.contains(blocks) else { return nil }
        self.init(unchecked: stripes, blocksPerStripe: blocksPerStripe)
    }

    private init(unchecked stripes: UInt32, blocksPerStripe: UInt32) {
        self.stripes = stripes
        self.blocksPerStripe = blocksPerStripe
    }

    /// Blocks in the ring.
    package var blocks: UInt32 { stripes * blocksPerStripe }

    /// Length in bytes.
    package var bytes: UInt64 { UInt64(blocks) * MetadataUnits.page }

    /// The block that transaction `number` is written to, counted from the start of the log.
    package func block(ofTransaction number: UInt32) -> UInt32 {
        let turn = number % blocks
        return turn % stripes * blocksPerStripe + turn / stripes
    }

    /// How many slots a log in this ring may have. The upper bound makes every slot appear in the context of
    /// the blocks that survive when the newest is torn.
    package var allowedSlots: ClosedRange<Int> {
        67...min(Int(blocks - 1) * ActivityLogTransaction.contextCapacity, 65534)
    }
}
