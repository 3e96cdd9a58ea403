import ClusterModel
import Ownership
import Testing

@Suite(.tags(.r6)) struct WatchdogPolicyTests {
    private func objection(timeout: Int64, keepalive: Int64 = 2, deadtime: Int64 = 10) -> String? {
        WatchdogPolicy.objection(
            WatchdogDefinition(timeout: .seconds(timeout)),
            timing: Timing(keepalive: .seconds(keepalive), deadtime: .seconds(deadtime)))
    }

    @Test(arguments: [Int64(6), 10, 20])
    func aTimeoutBetweenThreeKeepalivesAndTwoDeadtimesIsGood(timeout: Int64) {
        #expect(objection(timeout: timeout) == nil)
    }

    @Test func aTimeoutThatTwoMissedFeedingsExceedWouldResetAHealthyNode() throws {
        #expect(try #require(objection(timeout: 5)).contains("a healthy node"))
    }

    @Test func aTimeoutOfMoreThanTwoDeadtimesHoldsTheAddressesTooLong() throws {
        #expect(try #require(objection(timeout: 21)).contains("too long"))
    }

    @Test func tenSecondsAreAlwaysGoodSinceShorterTimeoutsAreRareInHardware() {
        #expect(objection(timeout: 10, keepalive: 1, deadtime: 2) == nil)
        #expect(objection(timeout: 11, keepalive: 1, deadtime: 2) != nil)
    }

    @Test(.tags(.r4)) func theBoundOfACutOffOwnerIsTwoDeadtimesAndTheWatchdog() {
        let timing = Timing(deadtime: .seconds(10))
        #expect(WatchdogPolicy.bound(timing: timing, watchdog: nil) == .seconds(20))
        #expect(
            WatchdogPolicy.bound(timing: timing, watchdog: WatchdogDefinition(timeout: .seconds(15))) == .seconds(35))
    }
}
