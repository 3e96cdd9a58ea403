import ClusterModel
import Testing

@testable import Replication

/// A disk fails on one node: the other one serves it, or takes its writes alone.
@Suite struct DiskFailureTests {
    @Test func aPrimaryWithoutItsDiskServesFromThePeer() throws {
        let pair = try EnginePair.serving()
        pair.write(0, 5, [11])
        pair.run(for: .seconds(1))
        pair.nodes[0].badBlocks = [6]
        let write = pair.write(0, 6, [12])
        pair.run()
        pair.expectSuccess(0, write)
        #expect(pair.nodes[0].report.copy == .missing)
        #expect(pair.read(0, 5) == [11])
        #expect(pair.read(0, 6) == [12])
        let more = pair.write(0, 7, [13])
        let flush = pair.flush(0)
        pair.run()
        pair.expectSuccess(0, more)
        pair.expectSuccess(0, flush)
        #expect(pair.nodes[1].disk[7] == 13)
        // The old copy is behind from now on, and is known to be.
        #expect(pair.nodes[1].report.generation != 0)
        #expect(pair.nodes[1].metadata.superblock.flags.contains(.primary))
        #expect(pair.nodes[1].report.outOfSyncBytes == 4096)
    }

    @Test func aReadErrorIsServedByThePeer() throws {
        let pair = try EnginePair.serving()
        pair.write(0, 5, [11])
        pair.run(for: .seconds(1))
        pair.nodes[0].badBlocks = [5]
        #expect(pair.read(0, 5) == [11])
        #expect(pair.nodes[0].report.copy == .missing)
    }

    @Test func aDisklessPrimaryComesBackWithItsDisk() throws {
        let pair = try EnginePair.serving()
        pair.nodes[0].badBlocks = [6]
        pair.write(0, 6, [12])
        pair.write(0, 7, [13])
        pair.run(for: .seconds(1))
        pair.nodes[0].badBlocks = []
        try pair.attach(0)
        pair.run(for: .seconds(2))
        pair.expectInSync()
        #expect(pair.nodes[0].report.isPrimary)
        #expect(pair.read(0, 7) == [13])
    }

    @Test func whenTheSecondarysDiskFailsThePrimaryGoesOn() throws {
        let pair = try EnginePair.serving()
        let before = pair.nodes[0].report.generation
        pair.nodes[1].badBlocks = [6]
        let write = pair.write(0, 6, [12])
        pair.run()
        pair.expectSuccess(0, write)
        let more = pair.write(0, 7, [13])
        pair.run()
        pair.expectSuccess(0, more)
        pair.expectState(0, .connected, .upToDate, .diskless)
        #expect(pair.nodes[0].report.generation != before)
        #expect(pair.nodes[0].report.outOfSyncBytes == 8192)
        // It is not current when it answers again, even if nobody can be asked.
        pair.crash(0)
        pair.crash(1)
        pair.nodes[1].badBlocks = []
        try pair.start(1)
        pair.run()
        try pair.refused(1, .promote(.peerDead))
    }

    @Test func aLateDiskOfTheSecondaryIsBroughtUpToDate() throws {
        let pair = try EnginePair.serving()
        pair.nodes[1].badBlocks = [6]
        pair.write(0, 6, [12])
        pair.run()
        pair.nodes[1].badBlocks = []
        try pair.attach(1)
        pair.run(for: .seconds(2))
        pair.expectInSync()
    }

    @Test func metadataThatCannotBeWrittenCostTheDisk() throws {
        let pair = try EnginePair.serving()
        pair.nodes[0].metadataFails = true
        let write = pair.write(0, 6, [12])
        pair.run()
        pair.expectSuccess(0, write)
        #expect(pair.nodes[0].report.copy == .missing)
        #expect(pair.read(0, 6) == [12])
    }

    @Test func passedOnErrorsLeaveTheCopyInconsistent() throws {
        let pair = try EnginePair.serving(settings: VolumeSettings(onIOError: .passOn))
        pair.nodes[1].badBlocks = [6]
        let write = pair.write(0, 6, [12])
        pair.run()
        pair.expectSuccess(0, write)
        pair.expectState(0, .connected, .upToDate, .inconsistent)
        pair.nodes[0].badBlocks = [7]
        #expect(pair.read(0, 7) == nil)
    }

    @Test func panicStopsTheNode() throws {
        let pair = try EnginePair.serving(settings: VolumeSettings(onIOError: .panic))
        pair.nodes[0].badBlocks = [6]
        pair.write(0, 6, [12])
        pair.run()
        #expect(pair.nodes[0].hasPanicked)
    }

    @Test func aloneWithoutADiskEverythingFails() throws {
        let pair = try EnginePair.serving()
        pair.crash(1)
        pair.run()
        try pair.obey(0, .resumePeerDead)
        pair.nodes[0].badBlocks = [6]
        let write = pair.write(0, 6, [12])
        pair.run()
        #expect(pair.nodes[0].results[write] == .failed(errno: 5))
        #expect(pair.read(0, 5) == nil)
        let flush = pair.flush(0)
        pair.run()
        #expect(pair.isAnswered(0, flush))
    }

    @Test func frozenWritesFailWhenTheDiskGoesToo() throws {
        let pair = try EnginePair.serving()
        pair.cutLink()
        pair.run()
        let write = pair.write(0, 6, [12])
        pair.nodes[0].badBlocks = [5]
        _ = pair.read(0, 5)
        pair.run()
        #expect(pair.nodes[0].results[write] == .failed(errno: 5))
    }

    @Test func aNodeWithoutADiskLearnsTheSize() throws {
        let pair = try EnginePair()
        try pair.start(0)
        try pair.start(1, withDisk: false)
        pair.run()
        #expect(pair.nodes[1].deviceBytes == pair.nodes[0].deviceBytes)
        try pair.obey(0, .declareUpToDate)
        try pair.obey(1, .promote(.ordinary))
        let write = pair.write(1, 5, [11])
        pair.run()
        pair.expectSuccess(1, write)
        #expect(pair.read(1, 5) == [11])
    }
}
