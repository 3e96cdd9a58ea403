import ClusterModel
import Testing

@testable import Replication

/// Resync: what goes over, what may happen meanwhile, and what is left when it breaks off.
@Suite struct ResyncTests {
    /// Node 0 went on alone and wrote `blocks`; the link is still cut.
    private func diverged(
        seed: UInt64 = 1, settings: VolumeSettings = VolumeSettings(), blocks: Range<UInt64> = 0..<600
    ) throws -> EnginePair {
        let pair = try EnginePair.serving(seed: seed, settings: settings)
        pair.cutLink()
        pair.run()
        try pair.obey(1, .outdate)
        try pair.obey(0, .resumePeerOutdated)
        for block in blocks { pair.write(0, block, [block + 1000]) }
        pair.run()
        return pair
    }

    @Test func theRateIsKept() throws {
        let pair = try EnginePair(settings: VolumeSettings(resyncRate: 8 << 20), deviceBytes: 64 << 20)
        try pair.start(0)
        try pair.start(1)
        pair.run()
        pair.order(0, .declareUpToDate)
        pair.run(for: .seconds(4))
        let progress = try #require(pair.nodes[1].engine?.resyncProgress)
        #expect(progress.totalBytes == pair.nodes[1].deviceBytes)
        #expect(progress.remainingBytes > 24 << 20 && progress.remainingBytes < 40 << 20)
        pair.run(for: .seconds(6))
        pair.expectInSync()
    }

    @Test(arguments: 1...60) func aWriteIsNotOvertakenByTheOldContentsOfItsBlock(seed: Int) throws {
        let pair = try diverged(seed: UInt64(seed), blocks: 0..<40)
        pair.healLink()
        while pair.nodes[1].state?.connection != .syncTarget { #expect(pair.step()) }
        for round in 0..<30 as Range<UInt64> {
            for _ in 0..<pair.random.next() % 6 { pair.step() }
            pair.write(0, pair.random.next() % 40, [5000 + round])
        }
        pair.run(for: .seconds(2))
        pair.expectInSync()
    }

    /// Whichever packet is the last one, the pair finds together again.
    @Test(arguments: 0..<64) func aCutBeforeAnyPacketIsMended(skipped: Int) throws {
        let pair = try diverged(seed: UInt64(skipped), blocks: 0..<100)
        var count = 0
        pair.cutBefore = { _, packet in
            count += 1
            return count == skipped + 1
        }
        pair.healLink()
        pair.run()
        pair.cutBefore = nil
        pair.healLink()
        let write = pair.write(0, 3, [7777])
        pair.run(for: .seconds(1))
        if pair.nodes[0].report.isFrozen, pair.nodes[0].report.replication == .disconnected {
            pair.run(for: .seconds(2))
        }
        pair.run(for: .seconds(2))
        pair.expectSuccess(0, write)
        pair.expectInSync()
    }

    @Test func theLastPacketOfAResyncMayGetLost() throws {
        let pair = try diverged()
        pair.cutBefore = { receiver, packet in
            guard receiver == 0, case .state(let word) = packet else { return false }
            return word.connection == .connected && word.disk == .upToDate
        }
        pair.healLink()
        pair.run()
        pair.cutBefore = nil
        #expect(pair.nodes[1].report.copy == .upToDate)
        // The target may serve now, so the source must not go on alone unasked.
        #expect(pair.nodes[0].report.isFrozen)
        pair.healLink()
        pair.run(for: .seconds(2))
        pair.expectInSync()
    }

    @Test func whatIsWrittenAfterAnUnheardEndIsNotLost() throws {
        let pair = try diverged()
        pair.cutBefore = { receiver, packet in
            guard receiver == 0, case .state(let word) = packet else { return false }
            return word.connection == .connected && word.disk == .upToDate
        }
        pair.healLink()
        pair.run()
        pair.cutBefore = nil
        try pair.obey(1, .outdate)
        try pair.obey(0, .resumePeerOutdated)
        let write = pair.write(0, 3, [7777])
        pair.run()
        pair.expectSuccess(0, write)
        pair.healLink()
        pair.run(for: .seconds(2))
        pair.expectInSync()
        #expect(pair.nodes[1].disk[3] == 7777)
    }

    @Test func theFirstPacketOfAResyncMayGetLost() throws {
        let pair = try diverged()
        pair.cutBefore = { _, packet in if case .syncUUID = packet { true } else { false } }
        pair.healLink()
        pair.run()
        pair.cutBefore = nil
        pair.healLink()
        pair.run(for: .seconds(2))
        pair.expectInSync()
        #expect(pair.nodes[0].log.contains { $0.text.contains("rule 71") })
        #expect(pair.nodes[1].log.contains { $0.text.contains("rule 51") })
    }

    @Test(arguments: 1...30) func aTargetThatCrashesIsResynchronisedAgain(seed: Int) throws {
        let pair = try diverged(seed: UInt64(seed))
        pair.healLink()
        while pair.nodes[1].state?.connection != .syncTarget { #expect(pair.step()) }
        for _ in 0..<seed * 4 { pair.step() }
        pair.crash(1)
        pair.run()
        try pair.start(1)
        pair.run(for: .seconds(2))
        pair.expectInSync()
    }

    @Test(arguments: 1...30) func aSourceThatCrashesIsStillTheSource(seed: Int) throws {
        let pair = try diverged(seed: UInt64(seed))
        let flush = pair.flush(0)
        pair.run()
        pair.expectSuccess(0, flush)
        pair.healLink()
        while pair.nodes[1].state?.connection != .syncTarget { #expect(pair.step()) }
        for _ in 0..<seed * 3 { pair.step() }
        pair.crash(0)
        pair.run()
        if pair.nodes[1].report.copy == .inconsistent { try pair.refused(1, .promote(.peerDead)) }
        try pair.start(0)
        pair.run(for: .seconds(2))
        pair.expectInSync()
        #expect(pair.nodes[1].disk[599] == 1599)
    }

    @Test func aPauseHoldsTheResyncOnEitherSide() throws {
        for node in 0...1 {
            let pair = try diverged()
            pair.healLink()
            while pair.nodes[1].state?.connection != .syncTarget { #expect(pair.step()) }
            pair.order(node, .pauseResync)
            pair.run(for: .seconds(5))
            #expect(pair.nodes[1].state?.connection == .pausedSyncTarget)
            #expect(pair.nodes[0].state?.connection == .pausedSyncSource)
            let write = pair.write(0, 599, [4242])
            pair.run()
            pair.expectSuccess(0, write)
            try pair.obey(node, .resumeResync)
            pair.run(for: .seconds(2))
            pair.expectInSync()
        }
    }

    @Test func invalidatingFetchesEverything() throws {
        let pair = try EnginePair.serving()
        pair.write(0, 9, [99])
        pair.run(for: .seconds(1))
        pair.nodes[1].disk.write(EnginePair.range(9), [1])
        let before = pair.resyncBytes(0)
        try pair.obey(1, .invalidate)
        pair.run(for: .seconds(2))
        pair.expectInSync()
        #expect(pair.resyncBytes(0) - before == Int(pair.nodes[0].deviceBytes))
        try pair.refused(0, .invalidate)
    }

    @Test func aCopyInvalidatedAloneIsFetchedWhenThePeerReturns() throws {
        let pair = try EnginePair.serving()
        pair.cutLink()
        pair.run()
        try pair.obey(1, .invalidate)
        #expect(pair.nodes[1].report.copy == .inconsistent)
        pair.healLink()
        pair.run(for: .seconds(2))
        pair.expectInSync()
    }

    @Test func blocksThatCannotBeReadLeaveTheTargetInconsistent() throws {
        var settings = VolumeSettings()
        settings.onIOError = .passOn
        let pair = try diverged(settings: settings, blocks: 0..<100)
        pair.nodes[1].badBlocks = [70]
        pair.healLink()
        pair.run(for: .seconds(2))
        #expect(pair.nodes[1].report.copy == .inconsistent)
        #expect(pair.nodes[1].report.outOfSyncBytes > 0)
        #expect(pair.nodes[0].report.copy == .upToDate)
        let write = pair.write(0, 3, [7777])
        pair.run()
        pair.expectSuccess(0, write)
        pair.nodes[1].badBlocks = []
        pair.cutLink()
        pair.run()
        pair.healLink()
        pair.run(for: .seconds(2))
        pair.expectInSync()
    }
}
