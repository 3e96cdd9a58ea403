import CLinux
import ClusterModel
import Glibc

/// Finds what a device or file already holds, so that nobody's data is overwritten unasked.
package enum DeviceInspection {
    /// A mark at a fixed place from the start.
    private struct Mark {
        var name: String
        var offset: UInt64
        var bytes: [UInt8]

        init(_ name: String, _ offset: UInt64, _ bytes: [UInt8]) {
            self.name = name
            self.offset = offset
            self.bytes = bytes
        }

        init(_ name: String, _ offset: UInt64, _ text: String) {
            self.init(name, offset, Array(text.utf8))
        }
    }

    /// The marks of the formats' own documentation, as file(1) and blkid(8) know them too.
    private static let marks: [Mark] = [
        Mark("xfs", 0, "XFSB"),
        Mark("btrfs", 0x10040, "_BHRfS_M"),
        Mark("FAT file-system", 54, "FAT1"),
        Mark("FAT file-system", 82, "FAT32   "),
        Mark("exFAT file-system", 3, "EXFAT   "),
        Mark("NTFS file-system", 3, "NTFS    "),
        Mark("partition table (GPT)", 512, "EFI PART"),
        Mark("partition table (GPT)", 4096, "EFI PART"),
        Mark("swap", 4086, "SWAPSPACE2"),
        Mark("swap", 4086, "SWAP-SPACE"),
        Mark("swap", 65526, "SWAPSPACE2"),
        Mark("suspended system image", 4086, "S1SUSPEND"),
        Mark("LUKS encrypted volume", 0, "LUKS".utf8 + [0xba, 0xbe]),
        Mark("LUKS encrypted volume (second header)", 0x4000, "SKUL".utf8 + [0xba, 0xbe]),
        Mark("RAID member (md 1.1)", 0, [0xfc, 0x4e, 0x2b, 0xa9]),
        Mark("RAID member (md 1.2)", 4096, [0xfc, 0x4e, 0x2b, 0xa9]),
        Mark("f2fs", 1024, [0x10, 0x20, 0xf5, 0xf2]),
        Mark("jfs", 32768, "JFS1"),
        Mark("reiserfs", 65588, "ReIsEr2Fs"),
        Mark("reiserfs", 65588, "ReIsEr3Fs"),
        Mark("squashfs", 0, "hsqs"),
        Mark("ISO 9660 file-system", 0x8001, "CD001"),
        Mark("bcache", 4120, [0xc6, 0x85, 0x73, 0xf6, 0x4e, 0x1a, 0x45, 0xca]),
        Mark("bluestore", 0, "bluestore block device"),
    ]

    /// How much of the start the marks need.
    static let headLength: UInt64 = 0x11000

    /// Finds everything recognisable, in order of offsets; empty: nothing known is there.
    ///
    /// - Parameters:
    ///   - size: the device's, in bytes.
    ///   - read: reads a range inside the size.
    /// - Returns: what was found.
    /// - Throws: what `read` throws.
    package static func signatures(
        size: UInt64, read: (ByteRange) throws(SystemError) -> [UInt8]
    ) throws(SystemError) -> [DeviceSignature] {
        let head = try read(ByteRange(offset: 0, length: min(size, headLength)))
        var found = marks.filter { holds(head, $0.bytes, at: $0.offset) }.map {
            DeviceSignature(name: $0.name, offset: $0.offset)
        }
        if let name = extName(head) { found.append(DeviceSignature(name: name, offset: 0x438)) }
        if let offset = lvmLabel(head) { found.append(DeviceSignature(name: "LVM physical volume", offset: offset)) }
        if hasPartitions(head) { found.append(DeviceSignature(name: "partition table (MBR)", offset: 510)) }
        for (name, offset, mark) in marksAtTheEnd(size) {
            let there = try read(ByteRange(offset: offset, length: UInt64(mark.count)))
            if there == mark { found.append(DeviceSignature(name: name, offset: offset)) }
        }
        return found.sorted { ($0.offset, $0.name) < ($1.offset, $1.name) }
    }

    private static func holds(_ head: [UInt8], _ bytes: [UInt8], at offset: UInt64) -> Bool {
        let start = Int(offset)
        return start + bytes.count <= head.count && head[start..<start + bytes.count].elementsEqual(bytes)
    }

    /// ext2 has no journal, ext3 has, ext4 has features that ext3 cannot read (superblock at 1024, features at 0x5c).
    private static func extName(_ head: [UInt8]) -> String? {
        guard holds(head, [0x53, 0xef], at: 0x438) else { return nil }
        func feature(_ offset: Int) -> UInt32 {
            (0..<4).reduce(0) { $0 | UInt32(head[0x400 + offset + $1]) << UInt32(8 * $1) }
        }
        guard head.count >= 0x400 + 0x68 else { return "ext2" }
        // All incompatible bits but compression, file types, recovery, journal device and meta_bg; read-only ones
        // beyond the first three.
        if feature(0x60) & ~0x1f != 0 || feature(0x64) & ~0x7 != 0 { return "ext4" }
        return feature(0x5c) & 0x4 != 0 ? "ext3" : "ext2"
    }

    /// The label may stand in any of the first four sectors.
    private static func lvmLabel(_ head: [UInt8]) -> UInt64? {
        (0..<4).map { UInt64($0) * 512 }.first {
            holds(head, Array("LABELONE".utf8), at: $0) && holds(head, Array("LVM2 001".utf8), at: $0 + 24)
        }
    }

    /// A boot signature alone is also at the end of every FAT boot sector: entries make it a table.
    private static func hasPartitions(_ head: [UInt8]) -> Bool {
        guard holds(head, [0x55, 0xaa], at: 510) else { return false }
        let entries = (0..<4).map { head[446 + 16 * $0..<462 + 16 * $0] }
        let areSane = entries.allSatisfy { $0[$0.startIndex] & 0x7f == 0 }
        return areSane && entries.contains { $0[$0.startIndex + 4] != 0 && $0.suffix(4) != [0, 0, 0, 0] }
    }

    private static func marksAtTheEnd(_ size: UInt64) -> [(String, UInt64, [UInt8])] {
        var marks: [(String, UInt64, [UInt8])] = []
        func add(_ name: String, _ offset: UInt64?, _ bytes: [UInt8]) {
            guard let offset, ByteRange(offset: offset, length: UInt64(bytes.count)).isInside(size: size) else {
                return
            }
            marks.append((name, offset, bytes))
        }
        func back(_ distance: UInt64, from end: UInt64) -> UInt64? { end >= distance ? end - distance : nil }
        let gpt = Array("EFI PART".utf8)
        add("partition table (GPT, second copy)", back(512, from: size / 512 * 512), gpt)
        add("partition table (GPT, second copy)", back(4096, from: size / 4096 * 4096), gpt)
        let md: [UInt8] = [0xfc, 0x4e, 0x2b, 0xa9]
        add("RAID member (md 0.90)", back(65536, from: size / 65536 * 65536), md)
        add("RAID member (md 1.0)", back(8192, from: size / 512 * 512).map { $0 / 4096 * 4096 }, md)
        // drbd-8.4 metadata format, internal metadata: the superblock's magic is at byte 60 of the last block.
        for magic: UInt8 in [0x6a, 0x6b, 0x6c, 0x6d] {
            add("DRBD metadata", back(4096, from: size / 4096 * 4096).map { $0 + 60 }, [0x83, 0x74, 0x02, magic])
        }
        return marks
    }
}

extension RawDisk {
    /// What the device already holds. Waits for the disk.
    package func signaturesNow() throws(SystemError) -> [DeviceSignature] {
        try DeviceInspection.signatures(size: size) { range throws(SystemError) in try readNow(range) }
    }
}
