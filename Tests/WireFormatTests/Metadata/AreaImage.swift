import ClusterModel
import Replication

@testable import WireFormat

/// A metadata area in memory: `layout.area`, of external metadata only the first 256 KiB.
struct AreaImage {
    let layout: MetadataLayout
    var bytes: [UInt8]

    init(layout: MetadataLayout, bytes: [UInt8]) {
        self.layout = layout
        self.bytes = bytes
    }

    static func extent(of layout: MetadataLayout) -> ByteRange {
        let length = layout.kind == .internal ? layout.area.length : min(layout.area.length, 256 << 10)
        return ByteRange(offset: layout.area.offset, length: length)
    }

    /// What creating metadata on this layout leaves.
    init(creating layout: MetadataLayout, peerMaxRequestBytes: UInt32 = 0) {
        self.init(layout: layout, bytes: [UInt8](repeating: 0xaa, count: Int(Self.extent(of: layout).length)))
        let fresh = FreshMetadata(layout: layout, peerMaxRequestBytes: peerMaxRequestBytes)
        let zeros = min(fresh.zeros.end, Self.extent(of: layout).end) - fresh.zeros.offset
        write([UInt8](repeating: 0, count: Int(zeros)), at: fresh.zeros.offset)
        var offset = fresh.ring.offset
        while offset < fresh.ring.end {
            write(ActivityLogBlock.initialisedBytes, at: offset)
            offset += 4096
        }
        write(fresh.superblockBytes, at: fresh.superblockOffset)
    }

    /// `offset` counts from the start of the device, as the layout does.
    mutating func write(_ new: [UInt8], at offset: UInt64) {
        let start = Int(offset - layout.area.offset)
        bytes.replaceSubrange(start..<(start + new.count), with: new)
    }

    func read(_ range: ByteRange) -> [UInt8] {
        Array(bytes[Int(range.offset - layout.area.offset)..<Int(range.end - layout.area.offset)])
    }

    var superblockBytes: [UInt8] { read(ByteRange(offset: layout.superblockOffset, length: 4096)) }

    var ring: [ActivityLogBlock] {
        (0..<UInt64(layout.ring.blocks)).map { index in
            let place = ByteRange(offset: layout.activityLog.offset + index * 4096, length: 4096)
            return ActivityLogBlock(decoding: read(place))
        }
    }

    /// The words of the bitmap that belong to the agreed size, in whole pages.
    func bitmapWords(sectors: UInt64) -> [UInt64] {
        let length = MetadataUnits.bitmapBytes(sectors: sectors)
        return BitmapCodec.words(of: read(ByteRange(offset: layout.bitmap.offset, length: length)))
    }

    /// Does what `drbdmeta apply-al` does.
    mutating func recover() throws -> ActivityLogRecovery {
        let superblock = try Superblock(decoding: superblockBytes)
        let recovery = try ActivityLogRecovery(superblock: superblock, ring: ring)
        var words = bitmapWords(sectors: superblock.agreedSectors)
        for page in recovery.mark(in: &words).pages {
            let stored = words[(page * MetadataUnits.wordsPerPage)..<((page + 1) * MetadataUnits.wordsPerPage)]
            write(BitmapCodec.bytes(of: stored), at: layout.bitmapPage(page).offset)
        }
        if recovery.rewritesRing {
            for index in 0..<UInt64(layout.ring.blocks) {
                write(ActivityLogBlock.initialisedBytes, at: layout.activityLog.offset + index * 4096)
            }
        }
        write(recovery.superblock.encoded(), at: layout.superblockOffset)
        return recovery
    }
}
