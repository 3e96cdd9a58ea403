import ClusterModel
import LinuxIO
import Replication
import WireFormat

/// Makes a volume's disk ready at start: reads the superblock, applies the activity log after a crash, checks
/// everything, reads the bitmap. Waits for the disk; nothing else runs yet.
struct MetadataAttacher {
    private let disks: VolumeDisks

    init(_ disks: VolumeDisks) {
        self.disks = disks
    }

    private var path: String { disks.metadata.path }

    /// - Returns: what the engine is told, and whether a crash had to be recovered from (marked extents).
    func attach() throws(VolumeDiskError) -> (disk: AttachedDisk, recoveredExtents: Int?) {
        let (superblock, layout) = try Self.read(disks)
        try check(superblock.closed(), layout)
        do {
            var words = try readBitmap(superblock, layout)
            guard !superblock.isClean else { return (attached(superblock, words, layout), nil) }
            let recovery = try recover(superblock, layout, &words)
            return (attached(recovery.superblock, words, layout), recovery.extents.count)
        } catch let error as SystemError {
            throw .system(error)
        } catch let error as ActivityLogRecoveryError {
            throw .activityLog(path: path, error)
        } catch {
            preconditionFailure("attaching throws what it did not say: \(error)")
        }
    }

    private func attached(_ superblock: Superblock, _ words: [UInt64], _ layout: MetadataLayout) -> AttachedDisk {
        AttachedDisk(
            superblock: superblock, bitmapWords: words, layout: layout, dataDeviceBytes: disks.data.size)
    }

    /// The superblock and the layout its device has now.
    static func read(_ disks: VolumeDisks) throws(VolumeDiskError) -> (Superblock, MetadataLayout) {
        let path = disks.metadata.path
        do {
            let standard = try MetadataLayout(kind: disks.kind, deviceBytes: disks.metadata.size)
            let bytes = try disks.metadata.readNow(
                ByteRange(offset: standard.superblockOffset, length: MetadataUnits.page))
            let superblock = try Superblock(decoding: bytes)
            let layout = try MetadataLayout(
                kind: disks.kind, deviceBytes: disks.metadata.size, ring: superblock.ring)
            return (superblock, layout)
        } catch let error as SystemError {
            throw .system(error)
        } catch let error as SuperblockDecodingError {
            throw .superblock(path: path, error)
        } catch let error as MetadataLayoutError {
            throw .layout(path: path, error)
        } catch {
            preconditionFailure("reading a superblock throws what it did not say: \(error)")
        }
    }

    /// Everything but cleanness, which `recover` sees to. Checked first: a log of another layout must not be applied.
    private func check(_ superblock: Superblock, _ layout: MetadataLayout) throws(VolumeDiskError) {
        let problems = MetadataChecker.problems(
            superblock, layout: layout, metadataDeviceBytes: disks.metadata.size, dataDeviceBytes: disks.data.size)
        guard problems.isEmpty else { throw .problems(path: path, problems) }
    }

    private func readBitmap(_ superblock: Superblock, _ layout: MetadataLayout) throws(SystemError) -> [UInt64] {
        let covered = max(layout.usableBytes(dataDeviceBytes: disks.data.size), superblock.agreedBytes)
        let length = min(MetadataUnits.bitmapBytes(sectors: covered / MetadataUnits.sector), layout.bitmap.length)
        var words: [UInt64] = []
        words.reserveCapacity(Int(length / 8))
        var offset: UInt64 = 0
        while offset < length {
            let piece = ByteRange(offset: layout.bitmap.offset + offset, length: min(length - offset, 1 << 20))
            words += BitmapCodec.words(of: try disks.metadata.readNow(piece))
            offset += piece.length
        }
        return words
    }

    /// Bitmap, log and superblock in this order, each stable before the next.
    private func recover(
        _ superblock: Superblock, _ layout: MetadataLayout, _ words: inout [UInt64]
    ) throws -> ActivityLogRecovery {
        let page = Int(MetadataUnits.page)
        let ring = try disks.metadata.readNow(layout.activityLog)
        let blocks = stride(from: 0, to: ring.count, by: page).map {
            ActivityLogBlock(decoding: [UInt8](ring[$0..<$0 + page]))
        }
        let recovery = try ActivityLogRecovery(superblock: superblock, ring: blocks)
        for index in recovery.mark(in: &words).pages {
            let start = index * MetadataUnits.wordsPerPage
            let bytes = BitmapCodec.bytes(of: words[start..<start + MetadataUnits.wordsPerPage])
            try disks.metadata.writeNow(bytes, at: layout.bitmapPage(index).offset)
        }
        try disks.metadata.syncNow()
        if recovery.rewritesRing { try Self.clearRing(disks.metadata, layout) }
        try disks.metadata.writeNow(recovery.superblock.encoded(), at: layout.superblockOffset)
        try disks.metadata.syncNow()
        return recovery
    }

    static func clearRing(_ disk: RawDisk, _ layout: MetadataLayout) throws(SystemError) {
        let block = ActivityLogBlock.initialisedBytes
        let page = UInt64(block.count)
        let perPiece = 64 * page
        let piece = [UInt8]((0..<64).map { _ in block }.joined())
        for offset in stride(from: layout.activityLog.offset, to: layout.activityLog.end, by: Int(perPiece)) {
            let length = min(layout.activityLog.end - offset, perPiece)
            try disk.writeNow([UInt8](piece.prefix(Int(length))), at: offset)
        }
        try disk.syncNow()
    }
}
