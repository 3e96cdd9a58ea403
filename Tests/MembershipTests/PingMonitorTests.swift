import ClusterModel
import Membership
import Testing

/// With a deadtime of 800 ms an echo goes out every 100 ms, and a gap of more than 300 ms breaks a streak.
@Suite struct PingMonitorTests {
    private static let gateway = "192.0.2.1"
    private static let other = "192.0.2.2"
    private var monitor = PingMonitor(addresses: [gateway, other], deadtime: .milliseconds(800))

    private mutating func answers(_ address: String = gateway, every step: Int64 = 100, from: Int64, to: Int64) {
        for time in stride(from: from, through: to, by: Int64.Stride(step)) { monitor.answered(address, at: .ms(time)) }
    }

    @Test(arguments: [
        (Duration.milliseconds(800), Duration.milliseconds(100)), (.seconds(2), .milliseconds(250)),
        (.milliseconds(80), .milliseconds(50)), (.seconds(8), .seconds(1)), (.seconds(60), .seconds(1)),
    ])
    func anEchoGoesOutEightTimesADeadtimeWithinReason(deadtime: Duration, interval: Duration) {
        #expect(PingMonitor(addresses: [], deadtime: deadtime).interval == interval)
    }

    @Test func withoutPingNodesNothingIsAnsweredAndNothingIsSaid() {
        let none = PingMonitor(addresses: [], deadtime: .milliseconds(800))
        #expect(!none.isConfigured)
        #expect(none.isAnyAnswering(at: .ms(0)) == nil)
        #expect(!none.answeredThroughout(from: .ms(0), to: .ms(0)))
    }

    @Test func aPingNodeThatNeverAnsweredAnswersNot() {
        #expect(monitor.isConfigured)
        #expect(monitor.isAnyAnswering(at: .ms(0)) == false)
        #expect(!monitor.answeredThroughout(from: .ms(0), to: .ms(0)))
    }

    @Test(arguments: [(Int64(0), true), (300, true), (301, false), (9000, false)])
    mutating func anAnswerIsGoodForThreeIntervals(age: Int64, isGood: Bool) {
        monitor.answered(Self.gateway, at: .ms(0))
        #expect(monitor.isAnswering(Self.gateway, at: .ms(age)) == isGood)
        #expect(monitor.isAnyAnswering(at: .ms(age)) == isGood)
        #expect(!monitor.isAnswering(Self.other, at: .ms(age)))
    }

    @Test mutating func anAnswerOfAnUnknownAddressCountsForNothing() {
        monitor.answered("198.51.100.9", at: .ms(0))
        #expect(monitor.isAnyAnswering(at: .ms(0)) == false)
        #expect(!monitor.isAnswering("198.51.100.9", at: .ms(0)))
    }

    @Test(arguments: [Int64(100), 200, 300])
    mutating func twoEchoesInARowMayBeLost(step: Int64) {
        answers(every: step, from: 0, to: 2400)
        #expect(monitor.answeredThroughout(from: .ms(1000), to: .ms(2400)))
    }

    /// R3 and R4 ask for answers *throughout*: a gateway that was away in the middle says nothing about that time.
    @Test mutating func aGapInTheMiddleIsNotThroughoutThoughItAnswersAtBothEnds() {
        answers(from: 0, to: 1000)
        answers(from: 1301, to: 2001)
        #expect(monitor.isAnyAnswering(at: .ms(2001)) == true)
        #expect(!monitor.answeredThroughout(from: .ms(500), to: .ms(2001)))
    }

    @Test mutating func aStreakThatBeganTooLateIsNotThroughout() {
        answers(from: 301, to: 1001)
        #expect(!monitor.answeredThroughout(from: .ms(0), to: .ms(1001)))
        #expect(monitor.answeredThroughout(from: .ms(1), to: .ms(1001)))
    }

    @Test mutating func aStreakThatEndedIsNotThroughout() {
        answers(from: 0, to: 1000)
        #expect(monitor.answeredThroughout(from: .ms(500), to: .ms(1300)))
        #expect(!monitor.answeredThroughout(from: .ms(500), to: .ms(1301)))
    }

    @Test mutating func anOldGapDoesNotSpoilTheWindowThatCounts() {
        answers(from: 0, to: 1000)
        answers(from: 3000, to: 5000)
        #expect(monitor.answeredThroughout(from: .ms(3500), to: .ms(5000)))
    }

    @Test mutating func twoPingNodesInTurnAreNotOneThatAnsweredThroughout() {
        answers(Self.gateway, from: 0, to: 1000)
        answers(Self.other, from: 900, to: 2000)
        #expect(monitor.isAnyAnswering(at: .ms(2000)) == true)
        #expect(!monitor.answeredThroughout(from: .ms(500), to: .ms(2000)))
    }

    @Test mutating func oneOfTwoPingNodesIsEnough() {
        answers(Self.other, from: 0, to: 2000)
        #expect(monitor.answeredThroughout(from: .ms(500), to: .ms(2000)))
    }
}
