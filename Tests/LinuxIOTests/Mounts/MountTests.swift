import ClusterModel
import Glibc
import Testing

@testable import LinuxIO

@Suite struct MountOptionsTests {
    @Test func wordsOfTheKernelAreFlagsAndTheRestIsLeftToTheFileSystem() {
        let options = MountOptions(
            "noatime,nosuid,errors=remount-ro,ro,defaults,nofail,x-systemd.requires=a,data=ordered")
        #expect(options.flags == UInt(MS_NOATIME | MS_NOSUID | MS_RDONLY))
        #expect(options.data == "errors=remount-ro,data=ordered")
    }

    @Test func theLastOfContradictingWordsCounts() {
        #expect(MountOptions("ro,rw").flags == 0)
        #expect(MountOptions("rw,ro").flags == UInt(MS_RDONLY))
        #expect(MountOptions("").data == "")
    }
}

@Suite struct MountTableTests {
    @Test func theKernelsEscapesAndOptionalFieldsAreUnderstood() {
        let text = """
            36 35 98:0 /mnt1 /srv/my\\040data rw,noatime master:1 shared:7 - ext3 /dev/ro\\134ot rw,errors=continue
            37 35 0:40 / /proc rw - proc proc rw
            broken line
            38 35 98:1 / /srv/x rw -
            39 36 98:2 / /srv/my\\040data ro - ext4 /dev/top rw
            """
        let table = MountTable(parsing: Array(text.utf8))
        #expect(table.entries.map(\.id) == [36, 37, 39])
        #expect(table.entries[0].mountPoint == "/srv/my data")
        #expect(table.entries[0].source == "/dev/ro\\ot")
        #expect(table.entries[0].device == "98:0")
        #expect(table.entry(at: "/srv/my data")?.id == 39, "the upper one covers the lower")
        #expect(table.entry(at: "/srv") == nil)
        #expect(table.entries(of: "proc").map(\.type) == ["proc"])
    }

    @Test func ourOwnTableIsRead() throws {
        #expect(try MountTable.read().entry(at: "/proc")?.type == "proc")
    }
}

@Suite struct MountTests {
    @Test func aBusyFileSystemNamesItsUsersAndGoesWhenTheyDo() throws {
        let scratch = try ScratchFolder()
        let file = try scratch.file("disk", size: 8 << 20)
        let target = scratch.path("target")
        mkdir(target, 0o700)
        try Tool.run("/sbin/mkfs.ext4", "-q", "-F", file)
        let device = try LoopDevice(file: file)
        try Mount.mount(device.path, at: target, type: "ext4", options: "noatime,errors=remount-ro")
        // Also where an expectation fails half way.
        defer { umount2(target, Int32(MNT_DETACH)) }
        let entry = try #require(try MountTable.read().entry(at: target))
        #expect(entry.source == device.path)
        #expect(entry.type == "ext4")
        #expect(entry.options.contains("noatime"))

        let open = try FileDescriptor.open("\(target)/held", O_CREAT | O_RDWR)
        let users = try MountUsers.find(below: target)
        #expect(users.map(\.process) == [getpid()])
        #expect(users.first?.use == .openFile)
        #expect(users.first?.path == "\(target)/held")
        let busy = #expect(throws: SystemError.self) { try Mount.unmount(target) }
        #expect(busy?.errno == EBUSY)

        try open.close()
        #expect(try MountUsers.find(below: target).isEmpty)
        try Mount.unmount(target)
        #expect(try MountTable.read().entry(at: target) == nil)
        let gone = #expect(throws: SystemError.self) { try Mount.unmount(target) }
        #expect(gone?.errno == EINVAL)
    }

    @Test func aProcessThatWorksInTheFolderIsFound() throws {
        let scratch = try ScratchFolder()
        let loop = try EventLoop()
        var result: ChildProcess.Result?
        let child = try ChildProcess.start(
            .init("/bin/sleep", ["30"], directory: scratch.path), on: loop
        ) { result = $0 }
        let users = try MountUsers.find(below: scratch.path)
        #expect(users == [MountUser(process: child.process, name: "sleep", use: .workingFolder, path: scratch.path)])
        #expect(users.first?.description == "sleep (\(child.process)) works in \(scratch.path)")
        child.terminate(killAfter: .seconds(1))
        #expect(try loop.run(until: { result != nil }, within: .seconds(5)))
    }

    @Test(arguments: [
        ("/srv/a", "/srv/a", true), ("/srv/a/b", "/srv/a", true), ("/srv/ab", "/srv/a", false), ("/x", "/", true),
        ("/srv/a (deleted)", "/srv/a", false), ("socket:[1]", "/", false),
    ])
    func insideMeansAtOrBelow(path: String, mountPoint: String, expected: Bool) {
        #expect(MountUsers.isInside(path, mountPoint) == expected)
    }
}
