import ClusterModel
import Glibc
import LinuxIO
import Replication
import Testing
import WireFormat

@testable import VolumeRuntime

/// What we write is read by Debian's drbdmeta, and the other way round.
@Suite struct MetadataTests {
    private let folder: TestFolder
    private let loop: EventLoop

    init() throws {
        folder = try TestFolder()
        loop = try EventLoop()
    }

    private func definition(_ disk: String, _ placement: MetadataPlacement = .internal) -> VolumeDefinition {
        VolumeDefinition(name: "data", disk: .both(disk), metadata: placement, address: [:])
    }

    private func drbdmeta(_ disk: String, _ index: String, _ command: String...) throws -> String {
        try Tool.run(["drbdmeta", "--force", "-", "v08", disk, index] + command, on: loop)
    }

    @Test(arguments: [1 << 20, 64 << 20, 300 << 20, (64 << 20) + 512, 5000 << 20])
    func createdMetadataAreThoseOfDrbdmeta(bytes: Int) throws {
        let ours = try folder.disk("ours", bytes: bytes)
        let theirs = try folder.disk("theirs", bytes: bytes)
        _ = try MetadataCreator.create(definition(ours), node: "serv-a")
        _ = try drbdmeta(theirs, "internal", "create-md")
        #expect(try tail(of: ours) == tail(of: theirs))
        #expect(try drbdmeta(ours, "internal", "get-gi").contains("0000000000000004:0000000000000000:"))
        #expect(try drbdmeta(ours, "internal", "dstate").contains("Inconsistent"))
    }

    @Test func externalAndIndexedMetadataAreReadToo() throws {
        let disk = try folder.disk("disk", bytes: 64 << 20)
        let external = try folder.disk("external", bytes: 8 << 20)
        let indexed = try folder.disk("indexed", bytes: 256 << 20)
        let outcome = try MetadataCreator.create(definition(disk, .external(.both(external))), node: "serv-a")
        #expect(outcome.usableBytes == 64 << 20)
        #expect(try drbdmeta(external, "flex-external", "get-gi").contains("0000000000000004:"))
        _ = try MetadataCreator.create(definition(disk, .indexed(.both(indexed), index: 1)), node: "serv-a")
        #expect(try drbdmeta(indexed, "1", "get-gi").contains("0000000000000004:"))
    }

    @Test func anExistingFileSystemIsNotOverwrittenUnasked() throws {
        let disk = try folder.disk("disk", bytes: 64 << 20)
        try Tool.run(["mkfs.ext4", "-q", "-F", disk], on: loop)
        let before = try tail(of: disk)
        #expect {
            try MetadataCreator.create(definition(disk), node: "serv-a")
        } throws: { error in
            guard case .foreignData(let path, let found)? = error as? VolumeDiskError else { return false }
            return path == disk && found.map(\.name) == ["ext4"] && "\(error)".contains("nothing was changed")
        }
        #expect(try tail(of: disk) == before)
        let outcome = try MetadataCreator.create(
            definition(disk), node: "serv-a", consent: .init(acceptsForeignData: true))
        #expect(outcome.lost.map(\.name) == ["ext4"])
    }

    @Test func existingMetadataAreNotOverwrittenUnasked() throws {
        let disk = try folder.disk("disk", bytes: 64 << 20)
        _ = try drbdmeta(disk, "internal", "create-md")
        _ = try drbdmeta(disk, "internal", "set-gi", "AAAAAAAAAAAAAAA0:0:0:0:1:1")
        let before = try tail(of: disk)
        #expect(throws: VolumeDiskError.hasMetadata(path: disk)) {
            try MetadataCreator.create(definition(disk), node: "serv-a")
        }
        #expect(try tail(of: disk) == before)
        _ = try MetadataCreator.create(definition(disk), node: "serv-a", consent: .init(overwritesMetadata: true))
        #expect(try drbdmeta(disk, "internal", "get-gi").contains("0000000000000004:"))
    }

    @Test func aDiskInUseIsRefusedInWords() throws {
        let disk = try folder.disk("disk", bytes: 8 << 20)
        let holder = try RawDisk(disk, access: .readWrite, ring: nil)
        #expect {
            try MetadataCreator.create(definition(disk), node: "serv-a")
        } throws: { error in
            "\(error)".contains("another program uses it")
        }
        _ = holder
    }

    @Test func whatIsMissingIsNamedWithWhatToDo() throws {
        let disk = try folder.disk("disk", bytes: 8 << 20)
        #expect(try attachError(disk).contains("create-metadata"))
        #expect(try attachError(folder.file("nothing")).contains("No such file"))
        _ = try MetadataCreator.create(definition(disk), node: "serv-a")
        // The device grew: the metadata are no longer at its end.
        truncate(disk, 16 << 20)
        #expect(try attachError(disk).contains("no volume metadata"))
    }

    @Test func aDiskThatShrankUnderAnExternalBitmapIsRefused() throws {
        let disk = try folder.disk("disk", bytes: 64 << 20)
        let external = try folder.disk("external", bytes: 8 << 20)
        _ = try MetadataCreator.create(definition(disk, .external(.both(external))), node: "serv-a")
        try change(external, .flexibleExternal) {
            $0.agreedSectors = (64 << 20) / 512
            $0.flags.insert(.consistent)
        }
        truncate(disk, 32 << 20)
        let disks = try open(disk, .external(.both(external)))
        #expect {
            try MetadataAttacher(disks).attach()
        } throws: { error in
            "\(error)".contains("shrunk")
        }
    }

    /// A primary that crashed: its active extents are marked exactly as drbdmeta marks them.
    @Test func theLogOfACrashIsAppliedAsDrbdmetaDoes() throws {
        let ours = try folder.disk("ours", bytes: 300 << 20)
        _ = try MetadataCreator.create(definition(ours), node: "serv-a")
        try change(ours, .internal) { superblock in
            superblock = superblock.taken()
            superblock.agreedSectors = 600_000
            superblock.flags.formUnion([.primary, .consistent, .wasUpToDate])
        }
        let disks = try open(ours)
        let layout = try MetadataLayout(kind: .internal, deviceBytes: disks.metadata.size)
        for number in 0..<5 as Range<UInt32> {
            let transaction = ActivityLogTransaction(
                number: number, updates: [.init(slot: UInt16(number), extent: number * 11)], contextSize: 257,
                contextStart: 0, context: (0..<257).map { $0 < number ? UInt32($0) * 11 : ActivityLogTransaction.free })
            try disks.metadata.writeNow(transaction.encoded(), at: layout.offset(ofTransaction: number))
        }
        let theirs = folder.file("theirs")
        try Tool.run(["cp", "--sparse=always", ours, theirs], on: loop)
        let (attached, extents) = try MetadataAttacher(disks).attach()
        #expect(extents == 5)
        #expect(attached.superblock.isClean)
        #expect(attached.bitmapWords.reduce(0) { $0 + $1.nonzeroBitCount } == 5 * 1024)
        _ = try Tool.outcome(["drbdmeta", "--force", "-", "v08", theirs, "internal", "apply-al"], on: loop)
        #expect(try tail(of: ours) == tail(of: theirs))
        // The second time there is nothing to do.
        #expect(try MetadataAttacher(disks).attach().recoveredExtents == nil)
    }

    @Test func aDestroyedLogOfAPrimaryIsNotGuessed() throws {
        let disk = try folder.disk("disk", bytes: 64 << 20)
        _ = try MetadataCreator.create(definition(disk), node: "serv-a")
        try change(disk, .internal) { superblock in
            superblock = superblock.taken()
            superblock.flags.insert(.primary)
        }
        let disks = try open(disk)
        let layout = try MetadataLayout(kind: .internal, deviceBytes: disks.metadata.size)
        try disks.metadata.writeNow([UInt8](repeating: 7, count: 32768), at: layout.activityLog.offset)
        #expect {
            try MetadataAttacher(disks).attach()
        } throws: { error in
            guard case .activityLog? = error as? VolumeDiskError else { return false }
            return "\(error)".contains("--overwrite")
        }
    }

    @Test func theDumpTellsWhatIsWritten() throws {
        let disk = try folder.disk("disk", bytes: 64 << 20)
        _ = try MetadataCreator.create(definition(disk), node: "serv-a")
        try change(disk, .internal) { $0.flags.formUnion([.consistent, .wasUpToDate]) }
        let holder = try RawDisk(disk, access: .readWrite, ring: nil)
        let dump = try MetadataDump(definition(disk), node: "serv-a")
        #expect(dump.problems.isEmpty)
        #expect(dump.lines.contains("disk: Consistent"))
        #expect(dump.lines.contains { $0.contains("0000000000000004") })
        _ = holder
    }

    // MARK: Helpers

    private func open(_ disk: String, _ placement: MetadataPlacement = .internal) throws -> VolumeDisks {
        try VolumeDisks.open(try VolumeDisks.paths(definition(disk, placement), node: "serv-a"), ring: nil)
    }

    private func attachError(_ disk: String) throws -> String {
        do {
            _ = try MetadataAttacher(try open(disk)).attach()
            return "no error"
        } catch {
            return "\(error)"
        }
    }

    private func change(_ path: String, _ kind: MetadataKind, _ change: (inout Superblock) -> Void) throws {
        let disk = try RawDisk(path, access: .readWrite, ring: nil)
        let layout = try MetadataLayout(kind: kind, deviceBytes: disk.size)
        let bytes = try disk.readNow(ByteRange(offset: layout.superblockOffset, length: 4096))
        var superblock = try Superblock(decoding: bytes)
        change(&superblock)
        try disk.writeNow(superblock.encoded(), at: layout.superblockOffset)
    }

    /// The last MiB: all metadata of a small disk, the log and superblock of a large one.
    private func tail(of path: String) throws -> [UInt8] {
        let disk = try RawDisk(path, access: .readOnly, ring: nil)
        let length = min(disk.size, 1 << 20)
        return try disk.readNow(ByteRange(offset: disk.size - length, length: length))
    }
}
