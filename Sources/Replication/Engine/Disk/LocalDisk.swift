import ClusterModel

/// The own disk while it is attached: what its metadata say now, and what was handed out for writing.
struct LocalDisk: Sendable {
    /// Generations and agreed size are changed here; the flags follow from the volume's state at each store.
    var superblock: Superblock
    /// The record last handed out for writing.
    var stored: Superblock
    var bitmap: DirtyBitmap
    var log: ActivityLog
    let layout: MetadataLayout
    /// What can be replicated of the device, in sectors.
    let usableSectors: UInt64
    /// What the metadata said of this copy when it was attached.
    let recordedState: DiskState

    init(_ attached: AttachedDisk, slots: Int, isFull: Bool) {
        let usable = attached.layout.usableBytes(dataDeviceBytes: attached.dataDeviceBytes) / MetadataUnits.sector
        superblock = attached.superblock.taken()
        superblock.activityLogSlots = UInt32(slots)
        stored = attached.superblock
        bitmap = DirtyBitmap(deviceBytes: superblock.agreedBytes, stored: attached.bitmapWords)
        if isFull { bitmap.fill() }
        log = ActivityLog(slotCount: slots, ring: attached.layout.ring)
        layout = attached.layout
        usableSectors = usable
        recordedState = attached.superblock.flags.diskStateAtAttach(fencingIsDontCare: false)
    }

    var generations: GenerationUUIDs {
        get { superblock.generations }
        set { superblock.generations = newValue }
    }

    /// Takes over a newly agreed size; blocks that come into being count as out of sync.
    mutating func resize(sectors: UInt64) {
        let old = bitmap.deviceBytes
        superblock.agreedSectors = sectors
        let new = superblock.agreedBytes
        bitmap = DirtyBitmap(deviceBytes: new, stored: bitmap.words)
        if new > old { bitmap.set(ByteRange(offset: old, length: new - old)) }
    }

    /// The pages, to be written as they are now.
    mutating func takePages(_ indexes: some Sequence<Int>) -> [BitmapPage] {
        indexes.map { BitmapPage(index: $0, words: bitmap.takePage($0)) }
    }
}
