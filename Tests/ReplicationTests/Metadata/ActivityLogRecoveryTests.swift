import ClusterModel
import Replication
import Testing

@Suite struct ActivityLogRecoveryTests {
    private static let free = ActivityLogTransaction.free

    private func transaction(
        _ number: UInt32, _ updates: [(UInt16, UInt32)] = [], size: UInt16 = 4, start: UInt16 = 0,
        _ context: [UInt32] = []
    ) -> ActivityLogBlock {
        .transaction(
            ActivityLogTransaction(
                number: number, updates: updates.map { .init(slot: $0.0, extent: $0.1) }, contextSize: size,
                contextStart: start, context: context))
    }

    private func superblock(_ flags: MetadataFlags) throws -> Superblock {
        var superblock = Superblock(creating: try MetadataLayout(kind: .internal, deviceBytes: 200 << 20))
        superblock.flags = flags
        superblock.use = .inUse
        return superblock
    }

    @Test func transactionsAreReplayedOldestFirstWhereverTheyLie() throws {
        let ring = [transaction(1, [(0, 9)]), transaction(0, [(0, 5), (1, 6)]), .initialised, .corrupt]
        #expect(try ActivityLogRecovery.activeExtents(in: ring) == [6, 9])
        let wrapped = [transaction(0, [(0, 9)]), transaction(.max, [(0, 5), (1, 6)])]
        #expect(try ActivityLogRecovery.activeExtents(in: wrapped) == [6, 9])
    }

    @Test func aWindowTellsWhatLostTransactionsHadDone() throws {
        let ring = [transaction(9, [(0, 7)], [1, 2, Self.free, 3])]
        #expect(try ActivityLogRecovery.activeExtents(in: ring) == [2, 3, 7])
    }

    @Test func aFreeSlotInAWindowFreesTheSlotAndOneBeyondTheSizeDoesNot() throws {
        let freed = [transaction(0, [(1, 7), (5, 8)]), transaction(1, [], [Self.free, Self.free])]
        #expect(try ActivityLogRecovery.activeExtents(in: freed) == [8])
        let beyond = [transaction(0, [(5, 8)]), transaction(1, [], start: 4, [4, Self.free])]
        #expect(try ActivityLogRecovery.activeExtents(in: beyond) == [4, 8])
    }

    @Test func theFurthestSlotsABlockCanNameAreReplayed() throws {
        let full = [UInt32](repeating: 1, count: 919)
        let ring = [transaction(0, [(.max, 3)], size: .max, start: .max, full)]
        #expect(try ActivityLogRecovery.activeExtents(in: ring) == [1, 3])
    }

    @Test func onlyInitialisedBlocksMeanNothingWasActive() throws {
        #expect(try ActivityLogRecovery.activeExtents(in: [.initialised, .initialised]) == [])
        #expect(try ActivityLogRecovery.activeExtents(in: [.corrupt, .initialised]) == [])
    }

    @Test func aRingWithoutAnyTransactionButWithDamageCannotBeReplayed() {
        #expect(throws: ActivityLogRecoveryError.onlyDamagedTransactions(corruptBlocks: 1)) {
            try ActivityLogRecovery.activeExtents(in: [.initialised, .corrupt])
        }
        #expect(throws: ActivityLogRecoveryError.nothingValid) {
            try ActivityLogRecovery.activeExtents(in: [.corrupt, .corrupt])
        }
        #expect(throws: ActivityLogRecoveryError.nothingValid) { try ActivityLogRecovery.activeExtents(in: []) }
    }

    @Test func aNodeThatWasNotPrimaryMarksNothingWhateverTheLogHolds() throws {
        let ring: [ActivityLogBlock] = [.corrupt, .corrupt]
        let recovery = try ActivityLogRecovery(superblock: superblock([.consistent]), ring: ring)
        #expect(recovery.extents.isEmpty && recovery.rewritesRing && recovery.superblock.isClean)
        #expect(throws: ActivityLogRecoveryError.nothingValid) {
            try ActivityLogRecovery(superblock: superblock([.primary]), ring: ring)
        }
    }

    @Test func thePrimaryFlagSurvivesAndAnInitialisedRingIsLeftAlone() throws {
        let recovery = try ActivityLogRecovery(superblock: superblock([.primary]), ring: [.initialised])
        #expect(!recovery.rewritesRing)
        #expect(recovery.superblock.flags == [.primary, .activityLogClean] && recovery.superblock.use == .closed)
    }

    @Test func markingNamesThePagesToWriteAndWhatHasNoPlace() throws {
        let ring = [transaction(0, [(0, 63), (1, 64), (2, 31), (3, 0), (4, 31)], size: 67)]
        let recovery = try ActivityLogRecovery(superblock: superblock([.primary]), ring: ring)
        var words = [UInt64](repeating: 0, count: 1024)
        let marked = recovery.mark(in: &words)
        #expect(marked.pages == [0, 1] && marked.beyond == [64])
        #expect(words.indices.filter { words[$0] != 0 } == Array(0..<16) + Array(496..<512) + Array(1008..<1024))
        var none: [UInt64] = []
        #expect(recovery.mark(in: &none).beyond == [0, 31, 63, 64])
    }
}
