import ClusterModel
import Control
import Glibc
import LinuxIO
import Replication
import Testing

@testable import VolumeRuntime

/// Real processes, real sockets, real disks (files), real NBD clients, and Debian's drbdmeta as the judge.
@Suite(.serialized) struct VolumePairTests {
    private let loop: EventLoop

    init() throws {
        loop = try EventLoop()
    }

    @Test func theFirstSynchronisationAndEveryWriteReachBothDisks() throws {
        let pair = try VolumePair(bytes: 64 << 20, loop: loop)
        try pair.startBoth()
        for node in VolumePair.nodes {
            try pair.wait(node) { $0.connection == .connected && $0.disk == .inconsistent && $0.role == .secondary }
        }
        try pair.order("serv-a", .declareUpToDate)
        try pair.order("serv-a", .promote(.ordinary))
        try pair.waitUntilEqual()
        try pair.fill("serv-a", seed: 1)
        #expect(try pair.areEqual())
        let status = try pair.status("serv-a")
        #expect(status.role == .primary && status.peerRole == .secondary)
        #expect(status.counters.networkSent >= 8192)
        #expect(status.generations.count == 4)
        // The secondary refuses in words, and the order to demote is refused while a client is there.
        let refusal = try Tool.outcome(["nbdinfo", pair.nbd("serv-b")], on: loop)
        #expect(refusal.code != 0)
    }

    @Test func aCleanStopLeavesWhatDrbdmetaReadsWithoutRecovery() throws {
        let pair = try VolumePair(bytes: 64 << 20, loop: loop)
        try pair.bringUp()
        try pair.fill("serv-a", seed: 2)
        try pair.order("serv-a", .demote)
        #expect(try pair.stop("serv-a") == 0)
        #expect(try pair.stop("serv-b") == 0)
        for node in VolumePair.nodes {
            // dump-md refuses metadata that are not clean.
            #expect(try pair.drbdmeta(node, "dump-md").contains("la-size-sect \((64 << 20) / 512 - 80)"))
            #expect(try pair.drbdmeta(node, "dstate").contains("Consistent"))
        }
        let generations = try VolumePair.nodes.map { try pair.drbdmeta($0, "get-gi") }
        #expect(generations[0].prefix(15) == generations[1].prefix(15))
        #expect(try pair.areEqualOffline())
    }

    @Test func afterKillNineTheLogIsReplayedAndNothingAcknowledgedIsLost() throws {
        let pair = try VolumePair(bytes: 64 << 20, loop: loop)
        try pair.bringUp()
        try pair.fill("serv-a", seed: 3)
        try pair.kill("serv-a")
        // Primary, in use: Debian's tool sees a crash and replays the log.
        let copy = pair.folder.file("copy")
        try Tool.run(["cp", pair.disk("serv-a"), copy], on: loop)
        let meta = ["drbdmeta", "--force", "-", "v08", copy, "internal"]
        #expect(try Tool.run(meta + ["get-gi"], on: loop).contains(":1:1:1:"))
        _ = try Tool.outcome(meta + ["apply-al"], on: loop)
        #expect(try Tool.run(meta + ["dump-md"], on: loop).contains("la-size-sect"))

        try pair.wait("serv-b") { $0.connection != .connected }
        try pair.start("serv-a")
        try pair.waitUntilEqual()
        try pair.order("serv-a", .promote(.ordinary))
        let back = pair.folder.file("back")
        try Tool.run(["nbdcopy", pair.nbd("serv-a"), back], on: loop)
        #expect(try Tool.outcome(["cmp", "-n", "\(8 << 20)", pair.folder.file("content"), back], on: loop).code == 0)
        #expect(try pair.areEqual())
    }

    @Test func onlyWhatChangedIsSynchronisedAgain() throws {
        let pair = try VolumePair(bytes: 256 << 20, loop: loop)
        try pair.bringUp()
        try pair.kill("serv-b")
        try pair.wait("serv-a") { $0.connection != .connected }
        // Writes wait until the cluster has decided (rule R2).
        #expect(try pair.status("serv-a").isFrozen)
        try pair.order("serv-a", .resumePeerDead)
        try pair.fill("serv-a", seed: 4, bytes: 4 << 20)
        let dirty = try pair.status("serv-a").counters.outOfSync
        #expect(dirty >= 4096 && dirty < 40 << 10, "\(dirty) KiB out of sync")
        try pair.start("serv-b")
        try pair.waitUntilEqual()
        #expect(try pair.status("serv-b").counters.networkReceived < 64 << 10)
        #expect(try pair.areEqual())
    }

    @Test func aDiskWithoutMetadataIsSaidAndNotTouched() throws {
        let pair = try VolumePair(bytes: 16 << 20, loop: loop)
        let blank = try pair.folder.disk("blank", bytes: 16 << 20)
        pair.change { $0.disk = .each(["serv-a": blank, "serv-b": pair.disk("serv-b")]) }
        try pair.start("serv-a")
        let status = try pair.status("serv-a")
        #expect(status.disk == .diskless)
        #expect(status.reason.contains("create-metadata"))
        #expect(try FileDescriptor.open(blank, O_RDONLY).readAll(limit: 16 << 20).allSatisfy { $0 == 0 })
        #expect(try pair.stop("serv-a") == 0)
    }

    @Test func metadataOfAnotherVolumeAreNotSynchronised() throws {
        let pair = try VolumePair(bytes: 32 << 20, loop: loop)
        for (node, generation) in zip(
            VolumePair.nodes, ["AAAAAAAAAAAAAAA0:0:111111:222222", "BBBBBBBBBBBBBBB0:0:333333:444444"])
        {
            _ = try pair.drbdmeta(node, "set-gi", generation + ":1:1")
        }
        try pair.startBoth()
        // The side that compares first stays alone for good; the other may go on looking for it.
        let end = loop.now + .seconds(10)
        var states: [VolumeStatusDocument.Connection] = []
        while !states.contains(.standAlone), loop.now < end {
            states = try VolumePair.nodes.map { try pair.status($0).connection }
        }
        #expect(states.contains(.standAlone))
        #expect(!states.contains(.connected))
        #expect(VolumePair.nodes.contains { pair.output($0).contains("unrelated data") })
    }

    @Test func severalControlClientsAreServedAndGarbageEndsOnlyItsSender() throws {
        let pair = try VolumePair(bytes: 16 << 20, loop: loop)
        try pair.start("serv-a")
        let socket = pair.runDirectory("serv-a") + "/volumes/data/control.sock"
        let subscriber = try EngineCaller(socket, loop: loop)
        let number = try subscriber.send(.subscribe)
        try loop.run(until: { !subscriber.answers.isEmpty }, within: .seconds(5))
        let bad = try EngineCaller(socket, loop: loop)
        bad.sendRaw(ControlFramer.frame(Array("{\"nonsense\":1}".utf8)))
        try loop.run(until: { !bad.answers.isEmpty }, within: .seconds(5))
        #expect(bad.answers.first?.number == 0)
        let worse = try EngineCaller(socket, loop: loop)
        worse.sendRaw([0xff, 0xff, 0xff, 0xff, 1, 2, 3])
        try loop.run(until: { worse.hasEnded }, within: .seconds(5))
        #expect(worse.hasEnded)
        try pair.start("serv-b")
        try pair.wait("serv-a") { $0.connection == .connected }
        try loop.run(until: { subscriber.answers.count >= 2 }, within: .seconds(5))
        #expect(subscriber.answers.allSatisfy { $0.number == number })
        #expect(try pair.stop("serv-a") == 0)
        try loop.run(until: { subscriber.answers.last?.response == .ending }, within: .seconds(5))
        #expect(subscriber.answers.last?.response == .ending)
    }

    @Test func theBlockDeviceSurvivesTheEngine() throws {
        let pair = try VolumePair(bytes: 64 << 20, frontEnd: .fuseLoop, loop: loop)
        try pair.bringUp()
        let attached = try pair.call("serv-a", .attach)
        #expect(attached == .attached(device: pair.device("serv-a")), "\(attached)")
        try Tool.run(["mkfs.ext4", "-q", pair.device("serv-a")], on: loop)
        let writer = try MountedWriter(device: pair.device("serv-a"), blocks: 320, loop: loop)
        let inUse = try pair.call("serv-a", .detach)
        guard case .failed(let reason) = inUse else { return #expect(Bool(false), "detached while mounted: \(inUse)") }
        #expect(reason.contains("in use"))

        try writer.write()
        try loop.run(until: { false }, within: .milliseconds(300))
        try pair.kill("serv-a")
        try loop.run(until: { false }, within: .milliseconds(500))
        try pair.start("serv-a")
        try pair.wait("serv-a") { $0.connection == .connected }
        try pair.order("serv-a", .promote(.ordinary))
        #expect(try writer.result(within: .seconds(40)) == 0)
        #expect(try pair.call("serv-a", .attach) == .attached(device: pair.device("serv-a")))
        #expect(try writer.leave() == 0)
        try Tool.run(["fsck.ext4", "-f", "-n", pair.device("serv-a")], on: loop)
        let detached = try pair.call("serv-a", .detach)
        #expect(detached == .detached, "\(detached)")
        try pair.order("serv-a", .demote)
        #expect(try pair.areEqual())
    }
}

extension VolumePair {
    /// As `areEqual`, with no process left to ask for the size.
    func areEqualOffline() throws -> Bool {
        let dump = try MetadataDump(definition, node: "serv-a")
        let size = dump.superblock.agreedBytes
        return try Tool.outcome(["cmp", "-n", "\(size)", disk("serv-a"), disk("serv-b")], on: loop).code == 0
    }
}
