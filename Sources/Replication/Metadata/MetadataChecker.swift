/// The checks before metadata are attached.
package enum MetadataChecker {
    /// The least metadata device the kernel's driver takes.
    package static let minimumDeviceBytes: UInt64 = 1 << 20

    /// All that forbids attaching; none when it may be attached.
    ///
    /// - Parameters:
    ///   - superblock: as decoded.
    ///   - layout: of the metadata device as it is now.
    ///   - metadataDeviceBytes: size of the device that carries the metadata.
    ///   - dataDeviceBytes: size of the device that carries the data; the same one for internal metadata.
    ///   - generationInUse: what a Primary without a disk works on, if that is what this node is.
    /// - Returns: the reasons, those that concern the device first.
    package static func problems(
        _ superblock: Superblock, layout: MetadataLayout, metadataDeviceBytes: UInt64, dataDeviceBytes: UInt64,
        generationInUse: GenerationUUID? = nil
    ) -> [MetadataProblem] {
        let usable = layout.usableBytes(dataDeviceBytes: dataDeviceBytes) / MetadataUnits.sector
        let agreed = superblock.agreedSectors
        var problems: [MetadataProblem] = []
        if metadataDeviceBytes < minimumDeviceBytes { problems.append(.deviceTooSmall(bytes: metadataDeviceBytes)) }
        if superblock != superblock.moved(to: layout) { problems.append(.layoutDiffers) }
        if !superblock.isClean { problems.append(.unclean) }
        if MetadataUnits.bitmapBytes(sectors: agreed) > bitmapRoom(superblock) {
            problems.append(.bitmapTooSmall(agreedSectors: agreed))
        }
        if !superblock.ring.allowedSlots.contains(Int(superblock.activityLogSlots)) {
            problems.append(.activityLogSlots(superblock.activityLogSlots))
        }
        if superblock.flags.contains(.consistent), usable < agreed {
            problems.append(.deviceShrunk(sectors: usable, agreedSectors: agreed))
        }
        if let inUse = generationInUse, !superblock.generations.current.matches(inUse) {
            problems.append(.otherGeneration(found: superblock.generations.current, inUse: inUse))
        }
        return problems
    }

    /// Bytes between the stated start of the bitmap and what follows it.
    private static func bitmapRoom(_ superblock: Superblock) -> UInt64 {
        let end = superblock.bitmapOffset < 0 ? Int64(superblock.activityLogOffset) : Int64(superblock.areaSectors)
        return UInt64(max(0, end - Int64(superblock.bitmapOffset))) * MetadataUnits.sector
    }
}
