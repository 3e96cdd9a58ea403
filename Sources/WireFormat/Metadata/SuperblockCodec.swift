import Replication

/// The superblock as 4096 bytes, big-endian (drbd-8.4 on-disk metadata, superblock).
extension Superblock {
    private enum Magic {
        static let version7: UInt32 = 0x8374_026a
        static let closed: UInt32 = 0x8374_026b
        static let inUse: UInt32 = 0x8374_026c
        static let version9: UInt32 = 0x8374_026d
    }

    private enum Offset {
        static let agreedSectors = 0
        static let current = 8
        static let bitmap = 16
        static let historyStart = 24
        static let historyEnd = 32
        static let deviceUUID = 40
        static let flags = 56
        static let magic = 60
        static let areaSectors = 64
        static let activityLogOffset = 68
        static let activityLogSlots = 72
        static let bitmapOffset = 76
        static let bytesPerBit = 80
        static let peerMaxRequestBytes = 84
        static let stripes = 88
        static let blocksPerStripe = 92
    }

    /// The most sectors a 64-bit kernel replicates.
    private static let maximumSectors: UInt64 = 1 << 51

    /// Reads a superblock. One that is in use is read too: see `isClean`.
    package init(decoding bytes: [UInt8]) throws(SuperblockDecodingError) {
        guard bytes.count == 4096 else { throw .wrongLength(bytes.count) }
        let fields = BlockFields(bytes)
        let use = try Self.use(magic: fields.read(Offset.magic))
        let bytesPerBit: UInt32 = fields.read(Offset.bytesPerBit)
        guard bytesPerBit == MetadataUnits.bitmapBlock else { throw .bytesPerBit(bytesPerBit) }
        let agreedSectors: UInt64 = fields.read(Offset.agreedSectors)
        guard agreedSectors <= Self.maximumSectors else { throw .agreedSize(sectors: agreedSectors) }
        self.init(
            agreedSectors: agreedSectors,
            generations: GenerationUUIDs(
                current: GenerationUUID(rawValue: fields.read(Offset.current)),
                bitmap: GenerationUUID(rawValue: fields.read(Offset.bitmap)),
                historyStart: GenerationUUID(rawValue: fields.read(Offset.historyStart)),
                historyEnd: GenerationUUID(rawValue: fields.read(Offset.historyEnd))),
            deviceUUID: fields.read(Offset.deviceUUID),
            flags: MetadataFlags(rawValue: fields.read(Offset.flags)),
            use: use,
            areaSectors: fields.read(Offset.areaSectors),
            activityLogOffset: fields.read(Offset.activityLogOffset),
            activityLogSlots: fields.read(Offset.activityLogSlots),
            bitmapOffset: fields.read(Offset.bitmapOffset),
            peerMaxRequestBytes: fields.read(Offset.peerMaxRequestBytes),
            ring: try Self.ring(stripes: fields.read(Offset.stripes), blocks: fields.read(Offset.blocksPerStripe)))
    }

    /// The superblock's 4096 bytes.
    package func encoded() -> [UInt8] {
        var fields = BlockFields()
        fields.write(agreedSectors, at: Offset.agreedSectors)
        fields.write(generations.current.rawValue, at: Offset.current)
        fields.write(generations.bitmap.rawValue, at: Offset.bitmap)
        fields.write(generations.historyStart.rawValue, at: Offset.historyStart)
        fields.write(generations.historyEnd.rawValue, at: Offset.historyEnd)
        fields.write(deviceUUID, at: Offset.deviceUUID)
        fields.write(flags.rawValue, at: Offset.flags)
        fields.write(use == .closed ? Magic.closed : Magic.inUse, at: Offset.magic)
        fields.write(areaSectors, at: Offset.areaSectors)
        fields.write(activityLogOffset, at: Offset.activityLogOffset)
        fields.write(activityLogSlots, at: Offset.activityLogSlots)
        fields.write(bitmapOffset, at: Offset.bitmapOffset)
        fields.write(UInt32(MetadataUnits.bitmapBlock), at: Offset.bytesPerBit)
        fields.write(peerMaxRequestBytes, at: Offset.peerMaxRequestBytes)
        fields.write(ring.stripes, at: Offset.stripes)
        fields.write(ring.blocksPerStripe, at: Offset.blocksPerStripe)
        return fields.bytes
    }

    private static func use(magic: UInt32) throws(SuperblockDecodingError) -> Use {
        switch magic {
        case Magic.closed: return .closed
        case Magic.inUse: return .inUse
        case Magic.version7: throw .otherFormat(version: 7)
        case Magic.version9: throw .otherFormat(version: 9)
        default: throw .notMetadata(magic: magic)
        }
    }

    /// Both numbers 0 were written before there were stripes, and mean the standard.
    private static func ring(stripes: UInt32, blocks: UInt32) throws(SuperblockDecodingError) -> ActivityLogRing {
        if stripes == 0 && blocks == 0 { return .standard }
        guard let ring = ActivityLogRing(stripes: stripes, blocksPerStripe: blocks) else {
            throw .activityLogGeometry(stripes: stripes, blocksPerStripe: blocks)
        }
        return ring
    }
}
