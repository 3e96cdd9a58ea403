import ClusterModel
import Testing

@testable import Replication

/// Who may become primary, and how it stops being it.
@Suite struct PromotionTests {
    @Test func aCopyOfWhichNothingIsKnownWaits() throws {
        let pair = try EnginePair.inSync()
        pair.crash(0)
        pair.crash(1)
        try pair.start(0)
        pair.run()
        #expect(pair.nodes[0].report.copy == .consistent)
        #expect(try pair.refused(0, .promote(.ordinary)).contains("Consistent"))
        try pair.obey(0, .promote(.peerDead))
        #expect(pair.nodes[0].report.copy == .upToDate)
        #expect(pair.nodes[0].report.peerCopy == .outdated)
    }

    @Test func whoServedAloneMayDoSoAgainAfterACrash() throws {
        let pair = try EnginePair.serving()
        pair.crash(1)
        pair.run()
        try pair.obey(0, .resumePeerDead)
        pair.crash(0)
        try pair.start(0)
        pair.run()
        try pair.obey(0, .promote(.ordinary))
    }

    @Test func whoLosesThePeerWithoutBeingPrimaryDoesNotServeUnasked() throws {
        let pair = try EnginePair.inSync()
        pair.cutLink()
        pair.run()
        #expect(try pair.refused(0, .promote(.ordinary)).contains("may be serving"))
        #expect(!pair.nodes[0].report.isPrimary)
    }

    @Test func forceServesEvenAnUnfinishedCopy() throws {
        let pair = try EnginePair()
        try pair.start(0)
        pair.run()
        try pair.refused(0, .promote(.peerDead))
        try pair.obey(0, .promote(.force))
        let write = pair.write(0, 5, [11])
        pair.run()
        pair.expectSuccess(0, write)
        try pair.start(1)
        pair.run(for: .seconds(2))
        pair.expectInSync()
    }

    @Test func forceWhileConnectedBeginsTheFirstSynchronisation() throws {
        let pair = try EnginePair()
        try pair.start(0)
        try pair.start(1)
        pair.run()
        try pair.obey(0, .promote(.force))
        pair.run(for: .seconds(2))
        pair.expectInSync()
        #expect(pair.nodes[0].report.isPrimary)
    }

    @Test func anOpenDeviceIsNotDemoted() throws {
        let pair = try EnginePair.serving()
        pair.handle(0, .deviceOpened(clients: 1))
        #expect(try pair.refused(0, .demote).contains("open"))
        pair.handle(0, .deviceClosed(clients: 0))
        try pair.obey(0, .demote)
    }

    @Test func demotionWaitsForWhatIsUnderWayAndMakesItStable() throws {
        let pair = try EnginePair.serving()
        let ids = (0..<10 as Range<UInt64>).map { pair.write(0, $0, [100 + $0]) }
        try pair.obey(0, .demote)
        for id in ids { pair.expectSuccess(0, id) }
        pair.crash(0)
        pair.crash(1)
        for block in 0..<10 as Range<UInt64> {
            #expect(pair.nodes[0].disk[block] == 100 + block)
            #expect(pair.nodes[1].disk[block] == 100 + block)
        }
    }

    @Test func aPromotionIsOnStableStorageBeforeItIsDone() throws {
        let pair = try EnginePair.inSync()
        pair.crash(1)
        pair.run()
        let id = pair.order(0, .promote(.peerDead))
        #expect(pair.nodes[0].orderResults[id] == nil)
        pair.run()
        #expect(pair.nodes[0].metadata.superblock.flags.contains(.primary))
        #expect(pair.nodes[0].metadata.superblock.generations.bitmap.isSome)
        #expect(pair.nodes[0].metadata.superblock.generations.current.wasPrimary)
    }

    @Test func ordersGivenTwiceAreDone() throws {
        let pair = try EnginePair.serving()
        try pair.obey(0, .promote(.ordinary))
        try pair.obey(0, .declareUpToDate)
        try pair.obey(0, .connect)
        try pair.obey(0, .abandonFrozenWrites)
        try pair.obey(0, .resumePeerDead)
        #expect(pair.nodes[0].report.peerCopy == .upToDate, "the connection stands, so nothing is believed of the peer")
        try pair.obey(0, .demote)
        try pair.obey(0, .demote)
        try pair.obey(1, .disconnect)
        try pair.obey(1, .disconnect)
    }

    @Test func ordersGivenDuringTheHandshakeAreCarriedOutAfterIt() throws {
        for seed in 1...30 as ClosedRange<UInt64> {
            let pair = try EnginePair.serving(seed: seed)
            pair.write(0, 5, [11])
            pair.cutLink()
            pair.run()
            pair.healLink()
            pair.now += .seconds(2)
            while pair.nodes[0].state?.connection == .waitForConnection { #expect(pair.step()) }
            let id = pair.order(0, .resumePeerDead)
            pair.run(for: .seconds(3))
            #expect(pair.nodes[0].orderResults[id] == .done)
            pair.expectInSync()
        }
    }
}
