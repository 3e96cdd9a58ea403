import ClusterModel
import Testing

@testable import Replication

/// The life of a pair when nothing goes wrong, and when the link or a node goes away for a while.
@Suite struct FirstThreadTests {
    @Test func freshDisksConnectAndAreOfNoUseUntilOneIsDeclaredGood() throws {
        let pair = try EnginePair()
        try pair.start(0)
        try pair.start(1)
        pair.run()
        pair.expectState(0, .connected, .inconsistent, .inconsistent)
        pair.expectState(1, .connected, .inconsistent, .inconsistent)
        try pair.refused(0, .promote(.ordinary))
    }

    @Test(arguments: 1...8) func theFirstSynchronisationCopiesEverything(seed: Int) throws {
        let pair = try EnginePair(seed: UInt64(seed))
        for block in stride(from: UInt64(0), to: 900, by: 7) {
            pair.nodes[0].disk.write(EnginePair.range(block), [block + 1])
            pair.nodes[1].disk.write(EnginePair.range(block + 3), [block + 100_000])
        }
        try pair.start(0)
        try pair.start(1)
        pair.run()
        try pair.obey(0, .declareUpToDate)
        pair.expectInSync()
        #expect(pair.resyncBytes(0) == Int(pair.nodes[0].deviceBytes))
    }

    @Test func aWriteIsAcknowledgedWhenBothDisksHaveIt() throws {
        let pair = try EnginePair.serving()
        let id = pair.write(0, 5, [11, 12, 13])
        pair.run()
        pair.expectSuccess(0, id)
        #expect(pair.nodes[1].disk.read(EnginePair.range(5, 3)) == [11, 12, 13])
        #expect(pair.read(0, 5, 3) == [11, 12, 13])
        pair.run(for: .seconds(2))
        pair.expectInSync()
    }

    @Test func aFlushWaitsForTheBarrierOfThePeer() throws {
        let pair = try EnginePair.serving()
        pair.write(0, 5, [11])
        pair.run()
        let flush = pair.flush(0)
        pair.run()
        pair.expectSuccess(0, flush)
        #expect(pair.nodes[0].sent.contains { if case .barrier = $0 { true } else { false } })
        #expect(pair.nodes[1].sent.contains { if case .barrierAck = $0 { true } else { false } })
        // Power fails at both: it is there.
        pair.crash(0)
        pair.crash(1)
        #expect(pair.nodes[0].disk[5] == 11)
        #expect(pair.nodes[1].disk[5] == 11)
    }

    @Test func onlyAPrimaryServes() throws {
        let pair = try EnginePair.serving()
        let write = pair.write(1, 5, [11])
        let flush = pair.flush(1)
        pair.run()
        #expect(pair.nodes[1].results[write] == .failed(errno: 30))
        #expect(pair.nodes[1].results[flush] == .failed(errno: 30))
        #expect(pair.read(1, 5) == nil)
        #expect(try pair.refused(1, .promote(.ordinary)).contains("primary"))
    }

    @Test func aReturningSecondaryGetsOnlyWhatChanged() throws {
        let pair = try EnginePair.serving()
        pair.write(0, 5, [11])
        pair.run(for: .seconds(2))
        pair.cutLink()
        pair.run()
        #expect(pair.nodes[0].report.isFrozen)
        try pair.obey(1, .outdate)
        try pair.obey(0, .resumePeerOutdated)
        let alone = pair.write(0, 7, [21])
        pair.run()
        pair.expectSuccess(0, alone)
        pair.expectState(0, .waitForConnection, .upToDate, .outdated)
        let before = pair.resyncBytes(0)
        pair.healLink()
        pair.run(for: .seconds(2))
        pair.expectInSync()
        #expect(pair.nodes[1].disk[7] == 21)
        #expect(pair.resyncBytes(0) - before == 4096)
    }

    @Test func thePeerTakesOverAfterACrashAndTheOldPrimaryReturnsAsSecondary() throws {
        let pair = try EnginePair.serving()
        let id = pair.write(0, 5, [11])
        pair.run()
        pair.expectSuccess(0, id)
        pair.crash(0)
        pair.run()
        try pair.obey(1, .promote(.peerDead))
        #expect(pair.read(1, 5) == [11])
        pair.write(1, 9, [33])
        pair.run()
        try pair.start(0)
        pair.run(for: .seconds(3))
        pair.expectInSync()
        #expect(pair.nodes[0].report.isPrimary == false)
        #expect(pair.nodes[0].disk[9] == 33)
    }

    @Test func aPlannedSwitchLosesNothing() throws {
        let pair = try EnginePair.serving()
        pair.write(0, 5, [11])
        pair.run()
        try pair.obey(0, .demote)
        try pair.obey(1, .promote(.ordinary))
        #expect(pair.read(1, 5) == [11])
        pair.write(1, 6, [12])
        pair.run(for: .seconds(1))
        pair.expectInSync()
    }
}
