/// The 4 KiB record that says what a copy is (drbd-8.4 on-disk metadata, superblock).
package struct Superblock: Hashable, Sendable {
    /// Who, by the magic number, used the metadata last.
    package enum Use: Hashable, Sendable {
        /// Closed; together with `MetadataFlags.activityLogClean` the activity log needs no replay.
        case closed
        /// In use by an engine, or one crashed.
        case inUse
    }

    /// The size both nodes agreed on last, in sectors; 0 = never used.
    package var agreedSectors: UInt64
    package var generations: GenerationUUIDs
    /// Identifies the backing device to drbdmeta's resize check. Kept as found, normally 0.
    package var deviceUUID: UInt64
    package var flags: MetadataFlags
    package var use: Use
    /// Size of the whole area in sectors.
    package var areaSectors: UInt32
    /// Sectors from the superblock to the activity log.
    package var activityLogOffset: Int32
    /// Slots of the activity log in use.
    package var activityLogSlots: UInt32
    /// Sectors from the superblock to the bitmap.
    package var bitmapOffset: Int32
    /// The largest request, in bytes, the peer could take last time; 0 = never heard.
    package var peerMaxRequestBytes: UInt32
    package var ring: ActivityLogRing

    package init(
        agreedSectors: UInt64, generations: GenerationUUIDs, deviceUUID: UInt64, flags: MetadataFlags, use: Use,
        areaSectors: UInt32, activityLogOffset: Int32, activityLogSlots: UInt32, bitmapOffset: Int32,
        peerMaxRequestBytes: UInt32, ring: ActivityLogRing
    ) {
        self.agreedSectors = agreedSectors
        self.generations = generations
        self.deviceUUID = deviceUUID
        self.flags = flags
        self.use = use
        self.areaSectors = areaSectors
        self.activityLogOffset = activityLogOffset
        self.activityLogSlots = activityLogSlots
        self.bitmapOffset = bitmapOffset
        self.peerMaxRequestBytes = peerMaxRequestBytes
        self.ring = ring
    }

    /// What newly created metadata hold.
    package init(creating layout: MetadataLayout, peerMaxRequestBytes: UInt32 = 0) {
        self.init(
            agreedSectors: 0, generations: .justCreated, deviceUUID: 0, flags: .activityLogClean, use: .closed,
            areaSectors: layout.areaSectors, activityLogOffset: layout.relativeActivityLogOffset,
            // drbdmeta's choice; whoever attaches puts in its own.
            activityLogSlots: 257,
            bitmapOffset: layout.relativeBitmapOffset, peerMaxRequestBytes: peerMaxRequestBytes, ring: layout.ring)
    }
}

extension Superblock {
    /// Whether the metadata may be attached without replaying the activity log first.
    package var isClean: Bool { use == .closed && flags.contains(.activityLogClean) }

    /// The agreed size in bytes.
    package var agreedBytes: UInt64 { agreedSectors * MetadataUnits.sector }

    /// The same record as it is written while an engine uses the metadata.
    package func taken() -> Superblock {
        var taken = self
        taken.use = .inUse
        taken.flags.remove(.activityLogClean)
        return taken
    }

    /// The same record after the activity log was applied, or an orderly stop with an initialised log.
    package func closed() -> Superblock {
        var closed = self
        closed.use = .closed
        closed.flags.insert(.activityLogClean)
        return closed
    }

    /// The same record with the offsets of `layout`, as after a resize.
    package func moved(to layout: MetadataLayout) -> Superblock {
        var moved = self
        moved.areaSectors = layout.areaSectors
        moved.activityLogOffset = layout.relativeActivityLogOffset
        moved.bitmapOffset = layout.relativeBitmapOffset
        moved.ring = layout.ring
        return moved
    }
}
