import ClusterModel
import Control
import Glibc
import LinuxIO
import Testing

@testable import VolumeRuntime

/// What goes wrong below, beside and above a volume.
@Suite(.serialized) struct VolumeFaultTests {
    private let loop: EventLoop

    init() throws {
        loop = try EventLoop()
    }

    /// A file system that is full answers ENOSPC, as a thin volume or a dying disk answers EIO.
    @Test func aFailingDiskIsGivenUpAndThePeersServesOn() throws {
        let pair = try VolumePair(bytes: 64 << 20, loop: loop)
        let small = pair.folder.file("small")
        mkdir(small, 0o700)
        try Tool.run(["mount", "-t", "tmpfs", "-o", "size=12m", "none", small], on: loop)
        defer {
            umount2(small, Int32(MNT_DETACH))
            rmdir(small)
        }
        let disk = small + "/disk"
        try Tool.run(["truncate", "-s", "64M", disk], on: loop)
        pair.change { $0.disk = .each(["serv-a": disk, "serv-b": pair.disk("serv-b")]) }
        _ = try MetadataCreator.create(pair.definition, node: "serv-a")
        for node in VolumePair.nodes {
            let path = node == "serv-a" ? disk : pair.disk(node)
            let arguments = [
                "drbdmeta", "--force", "-", "v08", path, "internal", "set-gi", "AAAAAAAAAAAAAAA0:0:0:0:1:1",
            ]
            try Tool.run(arguments, on: loop)
        }
        try pair.startBoth()
        try pair.waitUntilEqual()
        try pair.order("serv-a", .promote(.ordinary))
        try pair.fill("serv-a", seed: 9, bytes: 32 << 20)
        try pair.wait("serv-a") { $0.disk == .diskless }
        let status = try pair.status("serv-a")
        #expect(status.role == .primary && status.peerDisk == .upToDate)
        let back = pair.folder.file("back")
        try Tool.run(["nbdcopy", pair.nbd("serv-a"), back], on: loop)
        #expect(try Tool.outcome(["cmp", "-n", "\(32 << 20)", pair.folder.file("content"), back], on: loop).code == 0)
    }

    @Test func frozenWritesWaitAndThenGoOn() throws {
        let pair = try VolumePair(bytes: 64 << 20, loop: loop)
        try pair.bringUp()
        try pair.kill("serv-b")
        try pair.wait("serv-a") { $0.isFrozen }
        let content = try pair.content(seed: 5, bytes: 2 << 20)
        let writer = try Tool(["nbdcopy", "--flush", content, pair.nbd("serv-a")], loop: loop)
        try loop.run(until: { writer.exitCode != nil }, within: .milliseconds(700))
        #expect(writer.exitCode == nil)
        try pair.order("serv-a", .resumePeerDead)
        try loop.run(until: { writer.exitCode != nil }, within: .seconds(10))
        #expect(writer.exitCode == 0)
    }

    @Test func abandonedWritesFailSoThatTheFileSystemCanBeUnmounted() throws {
        let pair = try VolumePair(bytes: 64 << 20, frontEnd: .fuseLoop, loop: loop)
        try pair.bringUp()
        #expect(try pair.call("serv-a", .attach) == .attached(device: pair.device("serv-a")))
        try Tool.run(["mkfs.ext4", "-q", pair.device("serv-a")], on: loop)
        let writer = try MountedWriter(device: pair.device("serv-a"), blocks: 4, loop: loop)
        try pair.kill("serv-b")
        try pair.wait("serv-a") { $0.isFrozen }
        try writer.write()
        #expect(try writer.result(within: .milliseconds(500)) == nil)
        try pair.order("serv-a", .abandonFrozenWrites)
        #expect(try writer.result(within: .seconds(20)) == 1)
        _ = try writer.leave()
        #expect(try pair.call("serv-a", .detach) == .detached)
        try pair.order("serv-a", .demote)
    }

    @Test func aRunningResyncTellsHowFarItIs() throws {
        let pair = try VolumePair(bytes: 64 << 20, loop: loop)
        pair.change { $0.resyncRate = 8 << 20 }
        try pair.startBoth()
        for node in VolumePair.nodes { try pair.wait(node) { $0.connection == .connected } }
        try pair.order("serv-a", .declareUpToDate)
        try pair.wait("serv-b") { ($0.resync?.speed ?? 0) > 0 && $0.connection == .syncTarget }
        let progress = try #require(try pair.status("serv-b").resync)
        #expect(progress.totalBytes > 60 << 20)
        #expect(progress.leftBytes < progress.totalBytes)
        #expect(progress.wantedSpeed == 8 << 20)
        #expect(progress.finishSeconds != nil)
        // A stop in the middle leaves metadata that go on where it ended.
        #expect(try pair.stop("serv-b") == 0)
        try pair.start("serv-b")
        try pair.wait("serv-b") { $0.connection == .syncTarget }
        let left = try #require(try pair.status("serv-b").resync).leftBytes
        #expect(left <= progress.leftBytes + (8 << 20))
    }

    @Test func aDemotionIsRefusedWhileAClientIsThere() throws {
        let pair = try VolumePair(bytes: 32 << 20, loop: loop)
        try pair.bringUp()
        let before = try pair.status("serv-a").counters.diskWritten
        let client = try Tool(
            [
                "fio", "--name=x", "--ioengine=nbd", "--uri=\(pair.nbd("serv-a"))", "--rw=randwrite", "--bs=4k",
                "--size=16M",
                "--time_based", "--runtime=5",
            ], loop: loop)
        try pair.wait("serv-a") { $0.counters.diskWritten > before }
        guard case .orderEnded(.refused(let reason)) = try pair.call("serv-a", .order(.demote)) else {
            return #expect(Bool(false), "demoted under a client")
        }
        #expect(reason.contains("open"))
        // An orderly end of the process all the same.
        #expect(try pair.stop("serv-a") == 0)
        try loop.run(until: { client.exitCode != nil }, within: .seconds(10))
    }
}
