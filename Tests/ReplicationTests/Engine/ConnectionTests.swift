import ClusterModel
import Testing

@testable import Replication

/// Parting, finding together, settings, sizes, and silence.
@Suite struct ConnectionTests {
    @Test func aSecondaryPartsAsOutdatedAndNothingFreezes() throws {
        let pair = try EnginePair.serving()
        try pair.obey(1, .disconnect)
        #expect(pair.nodes[1].report.replication == .standAlone)
        #expect(pair.nodes[1].metadata.superblock.flags.recordedDiskState == .outdated)
        #expect(!pair.nodes[0].report.isFrozen)
        let write = pair.write(0, 5, [11])
        pair.run(for: .seconds(2))
        pair.expectSuccess(0, write)
        try pair.obey(1, .connect)
        pair.run(for: .seconds(2))
        pair.expectInSync()
    }

    @Test func aPrimaryPartsAndThePeerIsOutdated() throws {
        let pair = try EnginePair.serving()
        try pair.obey(0, .disconnect)
        #expect(pair.nodes[1].metadata.superblock.flags.recordedDiskState == .outdated)
        #expect(!pair.nodes[0].report.isFrozen)
        let write = pair.write(0, 5, [11])
        pair.run(for: .seconds(2))
        pair.expectSuccess(0, write)
        try pair.refused(1, .promote(.peerDead))
        try pair.obey(0, .connect)
        pair.run(for: .seconds(2))
        pair.expectInSync()
    }

    @Test func twoSecondariesPartAsEquals() throws {
        let pair = try EnginePair.inSync()
        try pair.obey(0, .disconnect)
        pair.run(for: .seconds(3))
        #expect(pair.nodes[0].report.copy == .upToDate)
        #expect(pair.nodes[1].report.copy == .upToDate)
        try pair.obey(0, .connect)
        pair.run(for: .seconds(2))
        pair.expectInSync()
    }

    @Test func aStoppedSecondaryLeavesClosedMetadata() throws {
        let pair = try EnginePair.serving()
        pair.handle(1, .stopRequested)
        pair.run(for: .seconds(3))
        #expect(pair.nodes[1].hasStopped)
        #expect(pair.nodes[1].metadata.superblock.isClean)
        #expect(pair.nodes[1].metadata.superblock.flags.recordedDiskState == .outdated)
        #expect(!pair.nodes[0].report.isFrozen)
        let write = pair.write(0, 5, [11])
        pair.run()
        pair.expectSuccess(0, write)
        pair.nodes[1].forgetEngine()
        try pair.start(1)
        pair.run(for: .seconds(2))
        pair.expectInSync()
    }

    @Test func aStoppedPrimaryIsFoundAsAfterACrash() throws {
        let pair = try EnginePair.serving()
        pair.write(0, 5, [11])
        pair.run()
        pair.handle(0, .stopRequested)
        pair.run(for: .seconds(3))
        #expect(pair.nodes[0].hasStopped)
        pair.nodes[0].forgetEngine()
        pair.run()
        try pair.start(0)
        pair.run(for: .seconds(2))
        pair.expectInSync()
    }

    @Test func differentSettingsKeepTheNodesApart() throws {
        let pair = try EnginePair()
        try pair.start(0)
        try pair.start(1, settings: VolumeSettings(splitBrain: SplitBrainPolicies(zeroPrimaries: .discardLeastChanges)))
        pair.run()
        #expect(pair.nodes.contains { $0.report.replication == .standAlone })
        #expect(pair.nodes.contains { $0.log.contains { $0.text.contains("after-sb-0pri") } })
    }

    @Test func anotherProtocolVersionIsRefused() throws {
        let pair = try EnginePair()
        pair.version = 100
        try pair.start(0)
        try pair.start(1)
        pair.run()
        #expect(pair.nodes.allSatisfy { $0.report.replication == .standAlone })
    }

    @Test func theSmallerDiskDecidesTheSize() throws {
        let pair = try EnginePair(deviceBytes: 64 << 20, otherDeviceBytes: 48 << 20)
        try pair.start(0)
        try pair.start(1)
        pair.run()
        #expect(pair.nodes[0].deviceBytes == pair.nodes[1].deviceBytes)
        #expect(pair.nodes[0].deviceBytes < 48 << 20)
        try pair.obey(0, .declareUpToDate)
        pair.expectInSync()
    }

    @Test func aGoodCopyIsNotCutShort() throws {
        let pair = try EnginePair(deviceBytes: 64 << 20, otherDeviceBytes: 48 << 20)
        try pair.start(0)
        try pair.obey(0, .declareUpToDate)
        try pair.start(1)
        pair.run()
        #expect(pair.nodes[0].report.replication == .standAlone)
        #expect(pair.nodes[0].log.contains { $0.text.contains("shrink") })
    }

    @Test func silenceIsPingedAndAnswered() throws {
        let pair = try EnginePair.serving()
        pair.run(for: .seconds(60))
        pair.expectInSync()
        #expect(pair.nodes[0].sent.contains(.ping))
        #expect(pair.nodes[1].sent.contains(.pingAck))
    }

    @Test func aPeerThatDoesNotAnswerAPingIsLost() throws {
        let pair = try EnginePair.serving()
        // Packets rest on the wire: time passes without any step.
        for _ in 0..<200 { pair.pass(.milliseconds(100)) }
        #expect(pair.nodes.contains { $0.log.contains { $0.text.contains("ping") } })
        #expect(pair.nodes[0].report.isFrozen)
        pair.run(for: .seconds(2))
        pair.expectInSync()
    }

    @Test func splitBrainIsFoundAndWaitsForAPerson() throws {
        let pair = try EnginePair.serving()
        pair.cutLink()
        pair.run()
        try pair.obey(0, .resumePeerDead)
        try pair.obey(1, .promote(.force))
        pair.write(0, 5, [11])
        pair.write(1, 5, [22])
        pair.write(1, 6, [23])
        pair.run()
        try pair.obey(1, .demote)
        pair.healLink()
        pair.run(for: .seconds(2))
        for node in 0...1 {
            #expect(pair.nodes[node].report.isSplitBrain || pair.nodes[node].report.replication == .disconnected)
        }
        #expect(pair.nodes.contains { $0.report.isSplitBrain })
        #expect(pair.nodes[0].disk[5] == 11)
        #expect(pair.nodes[1].disk[5] == 22)
        try pair.refused(0, .connectDiscardingMyData)
        try pair.obey(1, .connectDiscardingMyData)
        try pair.obey(0, .connect)
        pair.run(for: .seconds(2))
        pair.expectInSync()
        #expect(pair.nodes[1].disk[5] == 11)
        #expect(pair.nodes[1].disk[6] == 0)
        #expect(!pair.nodes[0].report.isSplitBrain)
    }

    @Test func aPolicySettlesASplitBrainAlone() throws {
        let policies = SplitBrainPolicies(zeroPrimaries: .discardLeastChanges)
        let pair = try EnginePair.serving(settings: VolumeSettings(splitBrain: policies))
        pair.cutLink()
        pair.run()
        try pair.obey(0, .resumePeerDead)
        try pair.obey(1, .promote(.force))
        pair.write(0, 5, [11])
        pair.write(1, 5, [22])
        pair.write(1, 6, [23])
        pair.run()
        try pair.obey(0, .demote)
        try pair.obey(1, .demote)
        pair.healLink()
        pair.run(for: .seconds(2))
        pair.expectInSync()
        #expect(pair.nodes[0].disk[5] == 22)
    }

    @Test func bothMayAskAtOnce() throws {
        for seed in 1...20 as ClosedRange<UInt64> {
            let pair = try EnginePair.inSync(seed: seed)
            let first = pair.order(0, .promote(.ordinary))
            let second = pair.order(1, .promote(.ordinary))
            pair.run(for: .seconds(2))
            let results = [pair.nodes[0].orderResults[first], pair.nodes[1].orderResults[second]]
            #expect(results.count { $0 == .done } == 1, "seed \(seed): \(results)")
            #expect(pair.nodes.count { $0.report.isPrimary } == 1)
        }
    }
}
