import ClusterModel
import Foundation
import Replication
import Testing

@testable import WireFormat

/// Our metadata under the real drbdmeta, and its metadata under ours. These fail where drbdmeta is missing
/// (package drbd-utils): that our disks are DRBD's must not go untested silently.
@Suite(.timeLimit(.minutes(1))) struct DrbdmetaTests {
    struct Device: Sendable, CustomTestStringConvertible {
        let kind: MetadataKind
        let bytes: UInt64
        var stripes: UInt32 = 1
        var blocks: UInt32 = 8

        var testDescription: String { "\(kind) \(bytes) \(stripes)x\(blocks)" }

        func file() throws -> MetadataFile {
            try MetadataFile(
                kind, bytes: bytes, ring: #require(ActivityLogRing(stripes: stripes, blocksPerStripe: blocks)))
        }

        var creation: [String] {
            ["--al-stripes", "\(stripes)", "--al-stripe-size-kB", "\(blocks * 4)"]
        }
    }

    static let devices = [
        Device(kind: .internal, bytes: 68 << 10), Device(kind: .internal, bytes: 1 << 20),
        Device(kind: .internal, bytes: (100 << 20) + 1536), Device(kind: .internal, bytes: (128 << 20) + 4096),
        Device(kind: .internal, bytes: 64 << 20, stripes: 4, blocks: 16),
        Device(kind: .internal, bytes: 64 << 20, stripes: 1, blocks: 73),
        Device(kind: .flexibleExternal, bytes: 128 << 10), Device(kind: .flexibleExternal, bytes: (1 << 20) + 512),
        Device(kind: .indexed(1), bytes: 256 << 20),
    ]

    private func random64(_ random: inout SeededGenerator) -> GenerationUUID { GenerationUUID(rawValue: random.next()) }

    @Test(arguments: devices)
    func whatWeCreateIsWhatDrbdmetaCreates(device: Device) throws {
        let ours = try device.file()
        let theirs = try device.file()
        try ours.put(AreaImage(creating: ours.layout))
        if device.stripes * device.blocks == 8 {
            try theirs.demand("create-md")
        } else {
            let options = device.creation
            try theirs.demand(options[0], options[1], options[2], options[3], "create-md")
        }
        #expect(try ours.area().bytes == theirs.area().bytes)
        #expect(try theirs.superblock() == Superblock(creating: theirs.layout))
    }

    @Test(arguments: devices)
    func drbdmetaReadsWhatWeCreate(device: Device) throws {
        let file = try device.file()
        try file.put(AreaImage(creating: file.layout))
        let before = try file.area().bytes
        #expect(
            try file.demand("get-gi") == "\(GenerationUUIDs.justCreated):0:0:0:0:0:0:0\n")
        #expect(try file.demand("dstate").hasPrefix("Inconsistent"))
        let dump = try file.demand("dump-md")
        for line in [
            "# md_size_sect \(file.layout.areaSectors)", "# md_offset \(file.layout.superblockOffset)",
            "# al_offset \(file.layout.activityLog.offset)", "# bm_offset \(file.layout.bitmap.offset)",
            "al-stripes \(device.stripes);", "al-stripe-size-4k \(device.blocks);", "la-size-sect 0;",
        ] {
            #expect(dump.contains(line + "\n"))
        }
        #expect(try file.drbdmeta("apply-al").status == 0)
        #expect(try file.area().bytes == before)
    }

    @Test func drbdmetaReadsOurGenerationsAndFlags() throws {
        var random = SeededGenerator(seed: 11)
        let file = try MetadataFile(.internal, bytes: 64 << 20)
        try file.put(AreaImage(creating: file.layout))
        for pattern in 0..<128 as Range<UInt32> where pattern % 3 != 1 {
            var superblock = try file.superblock()
            superblock.flags = MetadataFlags(rawValue: pattern).union(.activityLogClean)
            superblock.generations = GenerationUUIDs(
                current: random64(&random), bitmap: random64(&random), historyStart: random64(&random),
                historyEnd: random64(&random))
            try file.put(superblock)
            #expect(try file.demand("get-gi") == superblock.generationInfo + "\n")
            #expect(try file.demand("dstate") == "\(superblock.flags.recordedDiskState)\n")
        }
    }

    @Test func weReadDrbdmetasGenerationsAndFlags() throws {
        var random = SeededGenerator(seed: 12)
        let file = try MetadataFile(.internal, bytes: 64 << 20)
        try file.demand("create-md")
        for _ in 0..<40 {
            var expected = Superblock(creating: file.layout)
            expected.generations = GenerationUUIDs(
                current: random64(&random), bitmap: random64(&random), historyStart: random64(&random),
                historyEnd: random64(&random))
            expected.flags = MetadataFlags(rawValue: UInt32.random(in: 0..<128, using: &random))
                .union(.activityLogClean)
            try file.demand("set-gi", expected.generationInfo)
            #expect(try file.superblock() == expected)
        }
    }

    @Test func outdatingAndInvalidatingMeanTheSameToBoth() throws {
        let file = try MetadataFile(.internal, bytes: 64 << 20)
        try file.put(AreaImage(creating: file.layout))
        var superblock = try file.superblock()
        superblock.flags.formUnion([.consistent, .wasUpToDate, .connected])
        try file.put(superblock)
        #expect(superblock.flags.recordedDiskState == .consistent)
        try file.demand("outdate")
        #expect(try file.superblock().flags.recordedDiskState == .outdated)
        try file.demand("invalidate")
        let left = try file.superblock()
        #expect(left.flags.recordedDiskState == .inconsistent && left.flags.demandsFullBitmap)
    }

    @Test func metadataInUseAreUncleanToBoth() throws {
        let file = try MetadataFile(.internal, bytes: 64 << 20)
        try file.put(AreaImage(creating: file.layout))
        #expect(try !file.demand("dump-md").contains("unclean"))
        try file.put(file.superblock().taken())
        #expect(try file.demand("dump-md").contains("unclean"))
        #expect(try !file.superblock().isClean)
        try file.demand("apply-al")
        #expect(try file.superblock().isClean)
    }

    @Test(arguments: [MetadataKind.internal, .flexibleExternal])
    func bitsMeanTheSameBlocksToBoth(kind: MetadataKind) throws {
        var random = SeededGenerator(seed: 13)
        let bytes: UInt64 = kind == .internal ? 300 << 20 : 1 << 20
        let sectors: UInt64 = kind == .internal ? (290 << 20) / 512 + 3 : (700 << 20) / 512
        var bitmap = DirtyBitmap(deviceBytes: sectors * 512)
        for _ in 0..<50 {
            let offset = UInt64.random(in: 0..<sectors, using: &random) * 512
            bitmap.set(ByteRange(offset: offset, length: min(sectors * 512 - offset, random.next() >> 46)))
        }

        let ours = try MetadataFile(kind, bytes: bytes)
        var image = AreaImage(creating: ours.layout)
        var superblock = Superblock(creating: ours.layout)
        superblock.agreedSectors = sectors
        for page in bitmap.changedPages {
            image.write(BitmapCodec.bytes(of: bitmap.takePage(page)), at: ours.layout.bitmapPage(page).offset)
        }
        image.write(superblock.encoded(), at: ours.layout.superblockOffset)
        try ours.put(image)
        let dump = try ours.demand("dump-md")
        #expect(dump.contains("la-size-sect \(sectors);"))
        #expect(dump.contains("# bits-set \(bitmap.setCount);"))

        let theirs = try MetadataFile(kind, bytes: bytes)
        try theirs.demand("create-md")
        try theirs.withText(dump) { name in _ = try theirs.demand("restore-md", name) }
        let stored = try theirs.area().bitmapWords(sectors: sectors)
        let read = DirtyBitmap(deviceBytes: sectors * 512, stored: stored)
        #expect(read.words == bitmap.words && read.setCount == bitmap.setCount)
    }
}
