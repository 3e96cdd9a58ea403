import ClusterModel

/// Where everything lies on the device that carries the metadata; all numbers follow from its size
/// (drbd-8.4 on-disk metadata, sizes).
///
/// The kernel's driver recomputes this at every attach and moves the metadata where the stored offsets
/// differ, so there is no slack to choose.
package struct MetadataLayout: Hashable, Sendable, Codable {
    package let kind: MetadataKind
    package let ring: ActivityLogRing
    /// The whole area, in bytes on the metadata device: superblock, activity log and bitmap.
    package let area: ByteRange
    /// Byte offset of the superblock of 4 KiB.
    package let superblockOffset: UInt64
    /// The activity log's place in bytes on the metadata device.
    package let activityLog: ByteRange
    /// The bitmap's place in bytes on the metadata device.
    package let bitmap: ByteRange

    /// The least size of a device that `drbdmeta` accepts.
    package static let minimumDeviceBytes: UInt64 = 68 << 10
    /// What the activity log's 32-bit extent numbers reach.
    package static let maximumDataBytes: UInt64 = 1 << 54

    /// The layout on a metadata device of `deviceBytes` bytes.
    package init(
        kind: MetadataKind, deviceBytes: UInt64, ring: ActivityLogRing = .standard
    ) throws(MetadataLayoutError) {
        guard deviceBytes >= Self.minimumDeviceBytes else {
            throw .deviceTooSmall(bytes: deviceBytes, minimum: Self.minimumDeviceBytes)
        }
        switch kind {
        case .internal:
            try self.init(internalOn: deviceBytes, ring: ring)
        case .flexibleExternal:
            let total = deviceBytes / MetadataUnits.sector * MetadataUnits.sector
            try self.init(external: kind, at: 0, length: total, deviceBytes: deviceBytes, ring: ring)
        case .indexed(let index):
            guard ring == .standard else { throw .indexedNeedsStandardActivityLog }
            let offset = UInt64(index) * MetadataUnits.indexedArea
            try self.init(
                external: kind, at: offset, length: MetadataUnits.indexedArea, deviceBytes: deviceBytes, ring: ring
            )
        }
    }

    private init(internalOn deviceBytes: UInt64, ring: ActivityLogRing) throws(MetadataLayoutError) {
        let end = deviceBytes / MetadataUnits.page * MetadataUnits.page
        let bitmapBytes = MetadataUnits.bitmapBytes(sectors: deviceBytes / MetadataUnits.sector)
        let length = bitmapBytes + ring.bytes + MetadataUnits.page
        // One block of data at least, or there is nothing to replicate.
        guard end >= length + MetadataUnits.page else {
            throw .deviceTooSmall(bytes: deviceBytes, minimum: length + MetadataUnits.page)
        }
        kind = .internal
        self.ring = ring
        area = ByteRange(offset: end - length, length: length)
        superblockOffset = end - MetadataUnits.page
        activityLog = ByteRange(offset: superblockOffset - ring.bytes, length: ring.bytes)
        bitmap = ByteRange(offset: area.offset, length: bitmapBytes)
        try checkFields(deviceBytes: deviceBytes)
    }

    private init(
        external kind: MetadataKind, at offset: UInt64, length: UInt64, deviceBytes: UInt64,
        ring: ActivityLogRing
    ) throws(MetadataLayoutError) {
        let head = MetadataUnits.page + ring.bytes
        let needed = offset + max(length, head + MetadataUnits.page)
        guard deviceBytes >= needed else { throw .deviceTooSmall(bytes: deviceBytes, minimum: needed) }
        self.kind = kind
        self.ring = ring
        area = ByteRange(offset: offset, length: length)
        superblockOffset = offset
        activityLog = ByteRange(offset: offset + MetadataUnits.page, length: ring.bytes)
        bitmap = ByteRange(offset: offset + head, length: length - head)
        try checkFields(deviceBytes: deviceBytes)
    }

    /// The superblock counts in sectors and 32 bits, relative offsets signed.
    private func checkFields(deviceBytes: UInt64) throws(MetadataLayoutError) {
        let sectors = area.length / MetadataUnits.sector
        let isInternal = kind == .internal
        guard sectors <= (isInternal ? UInt64(Int32.max) : UInt64(UInt32.max)),
            !isInternal || deviceBytes <= Self.maximumDataBytes
        else {
            throw .deviceTooLarge(bytes: deviceBytes)
        }
    }
}

extension MetadataLayout {
    /// Size of the area in sectors, as the superblock states it.
    package var areaSectors: UInt32 { UInt32(area.length / MetadataUnits.sector) }

    /// Sectors from the superblock to the activity log; negative where the log lies before it.
    package var relativeActivityLogOffset: Int32 { relative(activityLog.offset) }

    /// Sectors from the superblock to the bitmap; negative where the bitmap lies before it.
    package var relativeBitmapOffset: Int32 { relative(bitmap.offset) }

    private func relative(_ offset: UInt64) -> Int32 {
        Int32((Int64(offset) - Int64(superblockOffset)) / Int64(MetadataUnits.sector))
    }

    /// The most bytes of data these metadata can serve: with internal metadata what lies before them, with
    /// external ones what the bitmap covers.
    package var usableBytes: UInt64 {
        switch kind {
        case .internal: bitmap.offset
        // 512 bytes of bitmap are 4096 bits of 8 sectors each.
        case .flexibleExternal, .indexed:
            min(bitmap.length / 512 * 4096 * MetadataUnits.bitmapBlock, Self.maximumDataBytes)
        }
    }

    /// The bytes that can be replicated of a data device of `dataDeviceBytes` bytes, in whole sectors.
    package func usableBytes(dataDeviceBytes: UInt64) -> UInt64 {
        min(usableBytes, dataDeviceBytes / MetadataUnits.sector * MetadataUnits.sector)
    }

    /// Byte offset on the metadata device of the block that holds transaction `number`.
    package func offset(ofTransaction number: UInt32) -> UInt64 {
        activityLog.offset + UInt64(ring.block(ofTransaction: number)) * MetadataUnits.page
    }

    /// The place of page `index` of the bitmap, in bytes on the metadata device.
    package func bitmapPage(_ index: Int) -> ByteRange {
        ByteRange(offset: bitmap.offset + UInt64(index) * MetadataUnits.page, length: MetadataUnits.page)
    }
}
