import ClusterModel
import Replication
import Testing

@Suite struct ActivityLogTests {
    private func extents(_ first: UInt64, _ count: UInt64 = 1) -> ByteRange {
        ByteRange(offset: first << 22, length: count << 22)
    }

    private func log(slots: Int = 67, from number: UInt32 = 0) -> ActivityLog {
        ActivityLog(slotCount: slots, ring: .standard, firstNumber: number)
    }

    /// Begins and stores at once.
    private func warm(_ log: inout ActivityLog, _ range: ByteRange) {
        _ = log.begin(range)
        while log.takeTransaction() != nil { _ = log.transactionStored() }
    }

    private func take(_ log: inout ActivityLog) throws -> ActivityLog.Order {
        let order = log.takeTransaction()
        return try #require(order)
    }

    @Test func aRangeTouchesTheExtentsItsBytesLieIn() {
        #expect(ActivityLog.extents(of: ByteRange(offset: (4 << 20) - 1, length: 2)) == 0..<2)
        #expect(ActivityLog.extents(of: ByteRange(offset: 4 << 20, length: 4 << 20)) == 1..<2)
        #expect(ActivityLog.extents(of: ByteRange(offset: 4 << 20, length: 0)).isEmpty)
    }

    @Test func aColdExtentWaitsForItsTransaction() throws {
        var log = log(from: 16)
        #expect(log.begin(extents(3)) == .afterTransaction(16))
        #expect(log.wantsTransaction)
        let order = try take(&log)
        #expect(order.transaction.number == 16)
        #expect(order.transaction.updates == [.init(slot: 0, extent: 3)])
        #expect(order.transaction.contextSize == 67 && order.transaction.contextStart == 0)
        #expect(order.transaction.context == [UInt32](repeating: ActivityLogTransaction.free, count: 67))
        #expect(order.evicted.isEmpty)
        #expect(log.transactionStored() == 16)
        #expect(log.begin(extents(3)) == .hot)
    }

    @Test func anExtentIsNotUsableWhileItsTransactionIsUnderWay() {
        var log = log()
        #expect(log.begin(extents(3)) == .afterTransaction(0))
        #expect(log.begin(extents(3)) == .afterTransaction(0))
        #expect(log.takeTransaction() != nil)
        #expect(log.begin(extents(3)) == .afterTransaction(0))
        #expect(log.begin(extents(4)) == .afterTransaction(1))
        #expect(log.takeTransaction() == nil)
        #expect(log.begin(extents(3, 2)) == .afterTransaction(1))
        #expect(log.transactionStored() == 0)
        #expect(log.begin(extents(3)) == .hot)
        #expect(log.begin(extents(3, 2)) == .afterTransaction(1))
    }

    @Test func anExtentThatNobodyHoldsStaysHot() {
        var log = log()
        warm(&log, extents(3))
        #expect(log.end(extents(3)) == true)
        #expect(log.begin(extents(3)) == .hot)
        #expect(!log.wantsTransaction)
        #expect(log.activeExtents == [3])
    }

    @Test func theSlotIdleLongestIsReusedAndItsBitmapPageNamed() throws {
        var log = log()
        for extent in 0..<67 as Range<UInt64> {
            warm(&log, extents(100 + extent))
            _ = log.end(extents(100 + extent))
        }
        #expect(log.begin(extents(100)) == .hot)
        _ = log.end(extents(100))
        #expect(log.begin(extents(5)) == .afterTransaction(67))
        let order = try take(&log)
        #expect(order.evicted == [101] && order.bitmapPages == [3])
        #expect(order.transaction.updates == [.init(slot: 1, extent: 5)])
        // The window shows the slots before the update.
        #expect(order.transaction.context[1] == 101)
        _ = log.transactionStored()
        #expect(log.begin(extents(101)) == .afterTransaction(68))
    }

    @Test func anExtentWrittenAgainWhileItLeavesComesBackInAnotherSlot() throws {
        var log = log()
        for extent in 0..<67 as Range<UInt64> {
            warm(&log, extents(extent))
            _ = log.end(extents(extent))
        }
        _ = log.begin(extents(80))
        let leaving = try take(&log)
        #expect(leaving.evicted == [0])
        #expect(log.begin(extents(0)) == .afterTransaction(68))
        _ = log.transactionStored()
        let returning = try take(&log)
        #expect(returning.evicted == [1] && returning.transaction.updates == [.init(slot: 1, extent: 0)])
    }

    @Test func requestsMustWaitWhenEverySlotIsHeld() {
        var log = log()
        warm(&log, extents(0, 66))
        #expect(log.begin(extents(200, 2)) == .mustWait)
        #expect(!log.wantsTransaction)
        #expect(log.begin(extents(200)) == .afterTransaction(2))
        #expect(log.begin(extents(300)) == .mustWait)
        #expect(log.begin(extents(5)) == .hot)
        // Extent 5 is held twice.
        #expect(log.end(extents(5)) == false)
        #expect(log.end(extents(0, 66)) == true)
        #expect(log.begin(extents(300)) == .afterTransaction(2))
    }

    @Test func aRequestNeverEvictsTheExtentsItNeedsItself() throws {
        var log = log()
        for extent in 0..<67 as Range<UInt64> { warm(&log, extents(extent)) }
        for extent in [66, 0] as [UInt64] { _ = log.end(extents(extent)) }
        // Slots 66 and 0 are idle; the request needs one new extent and holds 66.
        #expect(log.begin(extents(66, 2)) == .afterTransaction(67))
        let order = try take(&log)
        #expect(order.evicted == [0])
        #expect(log.begin(extents(66, 3)) == .mustWait)
    }

    @Test func moreThan64ChangesAreSpreadOverTransactions() throws {
        var log = log(slots: 257)
        #expect(log.begin(extents(0, 60)) == .afterTransaction(0))
        #expect(log.begin(extents(100, 4)) == .afterTransaction(0))
        #expect(log.begin(extents(200, 70)) == .afterTransaction(2))
        #expect(log.begin(extents(200, 64)) == .afterTransaction(1))
        var counts: [Int] = []
        while let order = log.takeTransaction() {
            counts.append(order.transaction.updates.count)
            _ = log.transactionStored()
        }
        #expect(counts == [64, 64, 6])
        #expect(log.begin(extents(200, 70)) == .hot)
    }

    @Test func aRequestThatEndsBeforeItsTransactionIsStoredLeavesAnIdleSlotBehind() {
        var log = log()
        _ = log.begin(extents(0, 67))
        #expect(log.end(extents(0, 67)) == false)
        #expect(log.begin(extents(99)) == .mustWait)
        #expect(log.takeTransaction() != nil)
        _ = log.transactionStored()
        #expect(log.begin(extents(99)) == .afterTransaction(1))
    }

    @Test func theWindowMovesOnAndStartsOver() throws {
        var log = log(slots: 1237)
        var starts: [UInt16] = []
        var lengths: [Int] = []
        for extent in 0..<4 as Range<UInt64> {
            _ = log.begin(extents(extent))
            let order = try take(&log)
            starts.append(order.transaction.contextStart)
            lengths.append(order.transaction.context.count)
            _ = log.transactionStored()
        }
        #expect(starts == [0, 919, 0, 919] && lengths == [919, 318, 919, 318])
    }

    @Test func settingUpTheLogWritesEveryBlockOnceAndNumbersGoOn() {
        var log = log(from: .max - 7)
        let transactions = log.initialTransactions()
        #expect(transactions.map(\.number) == (0..<8).map { .max - 7 + $0 })
        #expect(transactions.allSatisfy { $0.updates.isEmpty })
        #expect(log.begin(extents(0)) == .afterTransaction(0))
    }
}
