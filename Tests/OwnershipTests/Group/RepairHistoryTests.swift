import ClusterModel
import Ownership
import Testing

@Suite struct RepairHistoryTests {
    private var history = RepairHistory()

    @Test func theFirstFailureEverIsTheFirst() {
        #expect(history.isFirst(at: .s(0)))
        #expect(history.notBefore == nil)
    }

    @Test(arguments: [(Int64(0), false), (600, false), (601, true)])
    mutating func aSecondFailureWithinTenMinutesIsNotTheFirst(after: Int64, isFirst: Bool) {
        history.began(at: .s(0))
        #expect(history.isFirst(at: .s(after)) == isFirst)
    }

    @Test mutating func repairsThatCannotBecomeAMoveKeepAPause() {
        history.began(at: .s(100))
        #expect(history.notBefore == .s(110))
    }
}
