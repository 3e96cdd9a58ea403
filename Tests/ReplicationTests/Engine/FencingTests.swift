import ClusterModel
import Testing

@testable import Replication

/// A primary that lost its peer holds writes back until the peer can no longer serve (rule R2).
@Suite struct FencingTests {
    /// Serving, one acknowledged write, and the link just went.
    private func cut(seed: UInt64 = 1) throws -> EnginePair {
        let pair = try EnginePair.serving(seed: seed)
        pair.write(0, 5, [11])
        pair.run(for: .seconds(1))
        pair.cutLink()
        pair.run()
        return pair
    }

    @Test func writesAndFlushesWaitAndReadsDoNot() throws {
        let pair = try cut()
        let write = pair.write(0, 6, [12])
        let flush = pair.flush(0)
        pair.run(for: .seconds(100))
        #expect(!pair.isAnswered(0, write))
        #expect(!pair.isAnswered(0, flush))
        #expect(pair.read(0, 5) == [11])
        #expect(pair.nodes[0].report.isFrozen)
    }

    @Test(arguments: [VolumeOrder.resumePeerOutdated, .resumePeerDead])
    func anOrderLetsThemGoOnUnderANewGeneration(order: VolumeOrder) throws {
        let pair = try cut()
        let write = pair.write(0, 6, [12])
        let flush = pair.flush(0)
        let before = pair.nodes[0].report.generation
        let id = pair.order(0, order)
        // Nothing is acknowledged before the new generation is on stable storage.
        #expect(!pair.isAnswered(0, write))
        #expect(pair.nodes[0].orderResults[id] == nil)
        pair.run()
        pair.expectSuccess(0, write)
        pair.expectSuccess(0, flush)
        #expect(pair.nodes[0].orderResults[id] == .done)
        #expect(pair.nodes[0].report.generation != before)
        #expect(pair.nodes[0].metadata.superblock.flags.contains(.peerOutdated))
        #expect(pair.nodes[0].report.outOfSyncBytes == 4096)
    }

    @Test(arguments: 1...20) func aPeerThatComesBackAsItWasGetsWhatItMissedOnceMore(seed: Int) throws {
        let pair = try EnginePair.serving(seed: UInt64(seed))
        let ids = (0..<20).map { pair.write(0, UInt64($0 % 7), [UInt64(100 + $0)]) }
        for _ in 0..<seed * 3 { pair.step() }
        let late = pair.write(0, 30, [200])
        pair.cutLink()
        pair.run()
        let before = pair.nodes[0].report.generation
        pair.healLink()
        pair.run(for: .seconds(2))
        for id in ids + [late] { pair.expectSuccess(0, id) }
        pair.expectInSync()
        #expect(pair.nodes[0].report.generation == before)
        #expect(pair.resyncBytes(0) == Int(pair.nodes[0].deviceBytes), "only the first synchronisation")
    }

    @Test(arguments: 1...20) func aPeerThatWasRebootedIsResynchronised(seed: Int) throws {
        let pair = try EnginePair.serving(seed: UInt64(seed))
        let ids = (0..<20).map { pair.write(0, UInt64($0 % 7), [UInt64(100 + $0)]) }
        for _ in 0..<seed * 4 { pair.step() }
        pair.crash(1)
        pair.run()
        #expect(pair.nodes[0].report.isFrozen)
        try pair.start(1)
        pair.run(for: .seconds(2))
        for id in ids { pair.expectSuccess(0, id) }
        pair.expectInSync()
    }

    @Test func outdatingIsOnStableStorageBeforeItIsDone() throws {
        let pair = try cut()
        let id = pair.order(1, .outdate)
        #expect(pair.nodes[1].orderResults[id] == nil)
        pair.run()
        #expect(pair.nodes[1].orderResults[id] == .done)
        pair.crash(1)
        #expect(pair.nodes[1].metadata.superblock.flags.recordedDiskState == .outdated)
        #expect(try !pair.refused(0, .outdate).isEmpty)
    }

    @Test func anOutdatedCopyIsNotPromotedWhenThePeerIsDead() throws {
        let pair = try cut()
        try pair.obey(1, .outdate)
        #expect(try pair.refused(1, .promote(.peerDead)).contains("Outdated"))
        #expect(try pair.refused(1, .promote(.ordinary)).contains("Outdated"))
    }

    @Test func abandonedWritesFailAndTheCopyIsComparedAsAfterACrash() throws {
        let pair = try cut()
        let write = pair.write(0, 6, [12])
        let flush = pair.flush(0)
        try pair.obey(0, .abandonFrozenWrites)
        #expect(pair.nodes[0].results[write] == .failed(errno: 5))
        #expect(pair.nodes[0].results[flush] == .failed(errno: 5))
        let later = pair.write(0, 7, [13])
        pair.run()
        #expect(pair.nodes[0].results[later] == .failed(errno: 5))
        #expect(pair.nodes[0].report.isFrozen)
        try pair.obey(0, .demote)
        pair.healLink()
        pair.run(for: .seconds(2))
        pair.expectInSync()
    }

    @Test(arguments: 1...20) func abandonedWritesUnderWayDoNotMakeTheCopiesDiffer(seed: Int) throws {
        let pair = try EnginePair.serving(seed: UInt64(seed))
        for index in 0..<12 as Range<UInt64> { pair.write(0, index % 5, [100 + index]) }
        for _ in 0..<seed * 2 { pair.step() }
        pair.cutLink()
        pair.run()
        try pair.obey(0, .abandonFrozenWrites)
        try pair.obey(0, .demote)
        pair.healLink()
        pair.run(for: .seconds(2))
        pair.expectInSync()
    }

    @Test func aPeerThatTookOverIsNotJoinedBeforeTheFrozenPrimaryIsStopped() throws {
        let pair = try cut()
        let write = pair.write(0, 6, [12])
        try pair.obey(1, .promote(.peerDead))
        pair.write(1, 6, [66])
        pair.run()
        pair.healLink()
        pair.run(for: .seconds(5))
        #expect(!pair.isAnswered(0, write))
        #expect(pair.nodes[0].report.isFrozen)
        #expect(pair.nodes[1].report.isPrimary)
        // The cluster stops the old one; it becomes a copy again.
        try pair.obey(0, .abandonFrozenWrites)
        try pair.obey(0, .demote)
        pair.run(for: .seconds(2))
        pair.expectInSync()
        #expect(pair.nodes[0].disk[6] == 66)
    }

    @Test func aPrimaryThatIsBeingResynchronisedCannotGoOnAlone() throws {
        let pair = try cut()
        try pair.obey(1, .outdate)
        try pair.obey(0, .resumePeerOutdated)
        for block in 100..<400 as Range<UInt64> { pair.write(0, block, [block]) }
        pair.run()
        try pair.obey(0, .demote)
        pair.healLink()
        while pair.nodes[1].state?.connection != .syncTarget { #expect(pair.step()) }
        pair.order(1, .promote(.ordinary))
        while pair.nodes[1].report.isPrimary == false { #expect(pair.step()) }
        if pair.nodes[1].report.copy == .inconsistent {
            pair.cutLink()
            pair.run()
            #expect(try pair.refused(1, .resumePeerOutdated).contains("Inconsistent"))
            pair.healLink()
        }
        pair.run(for: .seconds(3))
        pair.expectInSync()
    }
}
