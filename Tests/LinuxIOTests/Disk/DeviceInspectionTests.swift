import ClusterModel
import Glibc
import Testing

@testable import LinuxIO

@Suite struct DeviceInspectionTests {
    private func names(_ disk: [UInt8]) throws -> [String] {
        try DeviceInspection.signatures(size: UInt64(disk.count)) { range throws(SystemError) in
            guard range.isInside(size: UInt64(disk.count)) else {
                throw SystemError(errno: EINVAL, operation: "read outside of the disk", subject: "\(range)")
            }
            return Array(disk[Int(range.offset)..<Int(range.end)])
        }.map(\.name)
    }

    private func disk(size: Int = 1 << 20, _ marks: (Int, [UInt8])...) -> [UInt8] {
        var disk = [UInt8](repeating: 0, count: size)
        for (offset, bytes) in marks { disk.replaceSubrange(offset..<offset + bytes.count, with: bytes) }
        return disk
    }

    @Test func anEmptyDiskHoldsNothing() throws {
        #expect(try names(disk()).isEmpty)
    }

    @Test(arguments: [0, 1, 511, 512, 1081, 4095, 4096, 8191, 65535, 69631, 69632])
    func tinyDisksAreNeverReadOutside(size: Int) throws {
        #expect(try names([UInt8](repeating: 0, count: size)).isEmpty)
        // All ones look like nothing known, and must not read outside either.
        #expect(try names([UInt8](repeating: 0xff, count: size)).isEmpty)
    }

    struct Mark: Sendable {
        var offset: Int
        var bytes: [UInt8]
        var name: String

        init(_ offset: Int, _ text: String, _ name: String) {
            self.init(offset, [UInt8](text.utf8), name)
        }

        init(_ offset: Int, _ bytes: [UInt8], _ name: String) {
            self.offset = offset
            self.bytes = bytes
            self.name = name
        }
    }

    private static let diskSize = 1 << 20
    private static let md: [UInt8] = [0xfc, 0x4e, 0x2b, 0xa9]
    static let marks: [Mark] = [
        Mark(0, "XFSB", "xfs"),
        Mark(0x10040, "_BHRfS_M", "btrfs"),
        Mark(54, "FAT16   ", "FAT file-system"),
        Mark(4086, "SWAPSPACE2", "swap"),
        Mark(0, [0x4c, 0x55, 0x4b, 0x53, 0xba, 0xbe, 0, 2], "LUKS encrypted volume"),
        Mark(4096, md, "RAID member (md 1.2)"),
        Mark(diskSize - 8192, md, "RAID member (md 1.0)"),
        Mark(diskSize - 65536, md, "RAID member (md 0.90)"),
        Mark(512, "EFI PART", "partition table (GPT)"),
        Mark(diskSize - 512, "EFI PART", "partition table (GPT, second copy)"),
        Mark(diskSize - 4096 + 60, [0x83, 0x74, 0x02, 0x6b], "DRBD metadata"),
        Mark(0x438, [0x53, 0xef], "ext2"),
    ]

    @Test(arguments: marks)
    func aMarkIsRecognised(mark: Mark) throws {
        #expect(try names(disk((mark.offset, mark.bytes))) == [mark.name])
    }

    @Test(arguments: [0, 512, 1024, 1536])
    func theLabelOfLVMMayStandInFourSectors(offset: Int) throws {
        let found = try names(disk((offset, Array("LABELONE".utf8)), (offset + 24, Array("LVM2 001".utf8))))
        #expect(found == ["LVM physical volume"])
    }

    @Test func aBootSectorWithoutEntriesIsNoPartitionTable() throws {
        #expect(try names(disk((510, [0x55, 0xaa]))).isEmpty)
        let entry: [UInt8] = [0x80, 0, 1, 0, 0x83, 0, 0, 0, 0, 8, 0, 0, 0, 8, 0, 0]
        #expect(try names(disk((510, [0x55, 0xaa]), (446, entry))) == ["partition table (MBR)"])
    }

    @Test(arguments: ["ext2", "ext3", "ext4"])
    func whatMkfsWroteIsRecognised(type: String) throws {
        let scratch = try ScratchFolder()
        let file = try scratch.file("disk", size: 8 << 20)
        try Tool.run("/sbin/mkfs.\(type)", "-q", "-F", file)
        let disk = try RawDisk(file, access: .readOnly, ring: nil)
        #expect(try disk.signaturesNow() == [DeviceSignature(name: type, offset: 0x438)])
    }

    @Test func swapIsRecognised() throws {
        let scratch = try ScratchFolder()
        let file = try scratch.file("disk", size: 1 << 20)
        try Tool.run("/sbin/mkswap", file)
        let disk = try RawDisk(file, access: .readOnly, ring: nil)
        #expect(try disk.signaturesNow() == [DeviceSignature(name: "swap", offset: 4086)])
    }
}
