import ClusterModel
import Testing

@testable import Replication

/// The small machines inside the engine.
@Suite struct EnginePartsTests {
    @Test func accessesToTheSameBlocksTakeTurns() {
        var queue = RangeQueue<Int>()
        let mebibyte: UInt64 = 1 << 20
        let found1 = queue.admit(1, ByteRange(offset: 0, length: 3 * mebibyte))
        #expect(found1)
        let found2 = queue.admit(2, ByteRange(offset: mebibyte, length: 4096))
        #expect(!found2)
        let found3 = queue.admit(3, ByteRange(offset: 2 * mebibyte, length: 4096), isShared: true)
        #expect(!found3)
        let found4 = queue.admit(4, ByteRange(offset: 2 * mebibyte, length: 512), isShared: true)
        #expect(!found4)
        let found5 = queue.admit(5, ByteRange(offset: 5 * mebibyte, length: 512))
        #expect(found5)
        let found6 = queue.admit(6, ByteRange(offset: mebibyte, length: 2 * mebibyte))
        #expect(!found6)
        let found7 = queue.remove(1)
        #expect(found7 == [2, 3, 4])
        let found8 = queue.remove(2)
        #expect(found8 == [])
        let found9 = queue.remove(4)
        #expect(found9 == [])
        let found10 = queue.remove(3)
        #expect(found10 == [6])
        let found11 = queue.remove(6)
        #expect(found11 == [])
        let found12 = queue.remove(5)
        #expect(found12 == [])
        #expect(queue.isEmpty)
    }

    @Test func randomAccessesNeverOverlapAndNoneIsForgotten() {
        var draws = SeededGeneratorForTests(seed: 5)
        var queue = RangeQueue<Int>()
        var ranges: [Int: ByteRange] = [:]
        var running: Set<Int> = []
        for token in 0..<3000 {
            let range = ByteRange(offset: UInt64(draws.below(40)) << 16, length: UInt64(1 + draws.below(40)) << 16)
            ranges[token] = range
            if queue.admit(token, range) { running.insert(token) }
            while running.count > 3 || draws.flip(), let done = running.min() {
                running.remove(done)
                ranges[done] = nil
                running.formUnion(queue.remove(done))
            }
            for one in running {
                for other in running where other != one {
                    #expect(ranges[one]?.overlaps(ranges[other] ?? range) == false)
                }
            }
        }
        while let done = running.min() {
            running.remove(done)
            running.formUnion(queue.remove(done))
        }
        #expect(queue.isEmpty)
    }

    @Test func epochsAreSettledInOrderAndWithTheirExactCount() {
        var epochs = SentEpochs()
        let found13 = epochs.close()
        #expect(found13 == nil, "an epoch without writes gets no barrier")
        epochs.add(1)
        epochs.add(2)
        let first = epochs.close()
        epochs.add(3)
        let second = epochs.close()
        let found14 = epochs.acknowledge(BarrierAck(handle: second ?? 0, writes: 1))
        #expect(found14 == nil)
        let found15 = epochs.acknowledge(BarrierAck(handle: first ?? 0, writes: 1))
        #expect(found15 == nil)
        let found16 = epochs.acknowledge(BarrierAck(handle: first ?? 0, writes: 2))
        #expect(found16 == [1, 2])
        epochs.add(4)
        let found17 = epochs.abandon()
        #expect(found17 == [3, 4])
        #expect(epochs.areAllAcknowledged)
        let found18 = epochs.acknowledge(BarrierAck(handle: second ?? 0, writes: 1))
        #expect(found18 == nil)
    }

    @Test func receivedEpochsAreAcknowledgedAfterAFlushThatCoversThem() {
        var epochs = ReceivedEpochs()
        let one = epochs.add()
        let two = epochs.add()
        epochs.close(handle: 70)
        let three = epochs.add()
        epochs.close(handle: 71)
        epochs.finish(three)
        let found19 = epochs.beginFlush()
        #expect(!found19, "an older epoch is not complete")
        epochs.finish(one)
        epochs.finish(two)
        let found20 = epochs.beginFlush()
        #expect(found20)
        let found21 = epochs.beginFlush()
        #expect(!found21, "one flush at a time")
        let found22 = epochs.endFlush()
        #expect(found22 == [BarrierAck(handle: 70, writes: 2), BarrierAck(handle: 71, writes: 1)])
        #expect(!epochs.hasUnflushed)
    }

    @Test func metadataStepsComeInTheOrderOfTheWrites() {
        var queue = MetadataQueue()
        let found23 = queue.defer_(.stop)
        #expect(!found23, "nothing is under way")
        let first = queue.issue()
        let found24 = queue.defer_(.activityLog)
        #expect(found24)
        let second = queue.issue()
        let found25 = queue.defer_(.generation)
        #expect(found25)
        #expect(!queue.expects(second))
        let found26 = queue.stored(first)
        #expect(found26 == [.activityLog])
        let found27 = queue.stored(second)
        #expect(found27 == [.generation])
        #expect(queue.isIdle)
    }

    @Test(arguments: [
        (
            ConnectionState.syncTarget, DiskState.upToDate, DiskState.consistent, DiskState.inconsistent,
            DiskState.upToDate
        ),
        (.waitForBitmapTarget, .upToDate, .upToDate, .outdated, .upToDate),
        (.waitForBitmapSource, .consistent, .upToDate, .upToDate, .consistent),
        (.syncSource, .upToDate, .outdated, .upToDate, .inconsistent),
        (.connected, .consistent, .outdated, .upToDate, .upToDate),
        (.connected, .outdated, .diskless, .outdated, .diskless),
        (.waitForConnection, .upToDate, .upToDate, .upToDate, .unknown),
        (.waitForConnection, .upToDate, .inconsistent, .upToDate, .inconsistent),
        (.waitForConnection, .upToDate, .diskless, .upToDate, .unknown),
    ])
    func aStateOfTheConnectionImpliesTheDisks(
        connection: ConnectionState, disk: DiskState, peerDisk: DiskState, thenDisk: DiskState, thenPeer: DiskState
    ) {
        var state = VolumeState()
        state.connection = connection
        state.disk = disk
        state.peerDisk = peerDisk
        let corrected = StateRules.corrected(state, recordedDisk: .consistent)
        #expect(corrected.disk == thenDisk)
        #expect(corrected.peerDisk == thenPeer)
    }

    @Test func aLostDiskEndsAResync() {
        var state = VolumeState()
        state.connection = .syncSource
        state.disk = .failed
        state.peerDisk = .inconsistent
        #expect(StateRules.corrected(state, recordedDisk: .consistent).connection == .connected)
    }

    @Test func pausesTurnTheResyncOffAndOn() {
        var state = VolumeState()
        state.connection = .syncTarget
        state.disk = .inconsistent
        state.peerDisk = .upToDate
        state.isPausedByPeer = true
        var paused = StateRules.corrected(state, recordedDisk: .consistent)
        #expect(paused.connection == .pausedSyncTarget)
        paused.isPausedByPeer = false
        #expect(StateRules.corrected(paused, recordedDisk: .consistent).connection == .syncTarget)
    }

    @Test func sizesAreTheSmallerOfBoth() throws {
        let peer = SizesPacket(diskSectors: 1000, userSectors: 0, currentSectors: 0)
        #expect(try SizeAgreement(usable: 2000, agreed: 0, limit: 0, peer: peer, mayShrink: false).sectors == 1000)
        #expect(try SizeAgreement(usable: 800, agreed: 800, limit: 0, peer: peer, mayShrink: false).sectors == 800)
        #expect(try SizeAgreement(usable: 2000, agreed: 1500, limit: 900, peer: peer, mayShrink: true).sectors == 900)
        #expect(throws: SizeAgreement.Refusal.shrinksDisk(from: 1500, to: 1000)) {
            try SizeAgreement(usable: 2000, agreed: 1500, limit: 0, peer: peer, mayShrink: false)
        }
        let diskless = SizesPacket(diskSectors: 0, currentSectors: 700)
        #expect(
            try SizeAgreement(usable: 2000, agreed: 1500, limit: 0, peer: diskless, mayShrink: false).sectors == 1500)
        #expect(try SizeAgreement(exported: 0, isPrimary: false, peer: peer).sectors == 1000)
        #expect(throws: SizeAgreement.Refusal.shrinksDisk(from: 900, to: 700)) {
            try SizeAgreement(exported: 900, isPrimary: true, peer: diskless)
        }
        #expect(throws: SizeAgreement.Refusal.unknown) {
            try SizeAgreement(exported: 0, isPrimary: false, peer: SizesPacket(diskSectors: 0, currentSectors: 0))
        }
    }
}
