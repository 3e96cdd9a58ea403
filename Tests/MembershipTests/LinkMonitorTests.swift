import ClusterModel
import Membership
import Testing

@Suite struct LinkMonitorTests {
    private var link = LinkMonitor(name: "lan")

    private mutating func beat(_ sequence: UInt64, lag: Duration? = nil, at time: Int64) -> LinkMonitor.Health? {
        link.beatArrived(sequence: sequence, lag: lag, at: .ms(time))
    }

    private mutating func check(at time: Int64, timing: Timing = .toy, baseline: Int64 = 0) -> LinkMonitor.Health? {
        link.check(at: .ms(time), timing: timing, baseline: .ms(baseline))
    }

    // MARK: Silence

    @Test mutating func aLinkThatNeverBroughtABeatIsNeitherLateNorSilent() {
        #expect(check(at: 1_000_000) == nil)
        #expect(link.health == .unheard)
        #expect(link.nextCheck(timing: .toy, baseline: .ms(0)) == nil)
    }

    @Test mutating func theFirstBeatBringsItUpAndFurtherOnesChangeNothing() {
        #expect(beat(1, at: 0) == .up)
        #expect(beat(2, at: 100) == nil)
        #expect(link.lastBeat == .ms(100))
    }

    @Test(arguments: [(Int64(299), LinkMonitor.Health.up), (300, .late), (499, .late), (500, .silent), (9000, .silent)])
    mutating func silenceIsComparedWithWarntimeAndDeadtime(silence: Int64, health: LinkMonitor.Health) {
        _ = beat(1, at: 0)
        #expect(check(at: silence) == (health == .up ? nil : health))
        #expect(link.health == health)
    }

    @Test mutating func aLateLinkIsCountedOnceAndBecomesSilent() {
        _ = beat(1, at: 0)
        #expect(check(at: 300) == .late)
        #expect(check(at: 400) == nil)
        #expect(check(at: 500) == .silent)
        #expect(check(at: 600) == nil)
        #expect(link.late == 1)
    }

    @Test(arguments: [LinkMonitor.Health.late, .silent])
    mutating func aBeatBringsItUpAgain(health: LinkMonitor.Health) {
        _ = beat(1, at: 0)
        #expect(check(at: health == .late ? 300 : 500) == health)
        #expect(beat(2, at: 600) == .up)
    }

    @Test mutating func aWarntimeAboveDeadtimeWarnsOfNothing() {
        let timing = Timing(warntime: .milliseconds(800), deadtime: .milliseconds(500))
        _ = beat(1, at: 0)
        #expect(link.nextCheck(timing: timing, baseline: .ms(0)) == .ms(500))
        #expect(check(at: 499, timing: timing) == nil)
        #expect(check(at: 500, timing: timing) == .silent)
        #expect(link.late == 0)
    }

    @Test mutating func silenceCountsOnlyWhileThisNodeListened() {
        _ = beat(1, at: 0)
        #expect(check(at: 1000, baseline: 800) == nil)
        #expect(check(at: 1100, baseline: 800) == .late)
        #expect(check(at: 1300, baseline: 800) == .silent)
    }

    @Test mutating func theNextCheckIsWhenThereIsSomethingToFind() throws {
        _ = beat(1, at: 0)
        for expected in [LinkMonitor.Health.late, .silent] {
            let next = try #require(link.nextCheck(timing: .toy, baseline: .ms(0)))
            #expect(link.check(at: next.justBefore, timing: .toy, baseline: .ms(0)) == nil)
            #expect(link.check(at: next, timing: .toy, baseline: .ms(0)) == expected)
        }
        #expect(link.nextCheck(timing: .toy, baseline: .ms(0)) == nil)
    }

    // MARK: Counters

    @Test mutating func skippedNumbersAreLostUntilTheyComeAfterAll() {
        for number: UInt64 in [1, 5] { _ = beat(number, at: 0) }
        #expect(link.lost == 3)
        _ = beat(3, at: 10)
        #expect(link.lost == 2)
        #expect(link.received == 3)
    }

    @Test mutating func anOvertakenBeatFromBeforeTheFirstGivesNothingBack() {
        _ = beat(5, at: 0)
        _ = beat(4, at: 1)
        #expect(link.lost == 0)
        #expect(link.received == 2)
    }

    @Test mutating func aRepeatedBeatIsCountedAndDoesNotEndASilence() {
        _ = beat(1, at: 0)
        _ = check(at: 500)
        #expect(beat(1, at: 510) == nil)
        #expect(link.duplicates == 1)
        #expect(link.health == .silent)
        #expect(link.lastBeat == .ms(0))
    }

    @Test mutating func aReplayIsCountedAndDoesNotEndASilence() {
        _ = beat(100, at: 0)
        _ = check(at: 500)
        #expect(beat(1, at: 510) == nil)
        link.replayArrived()
        #expect(link.replays == 2)
        #expect(link.received == 1)
        #expect(link.health == .silent)
    }

    @Test mutating func aRestartedPeerCountsAnewAndHasLostNothing() {
        _ = beat(1000, at: 0)
        link.peerRestarted()
        _ = beat(1, at: 100)
        #expect(link.received == 2)
        #expect(link.lost == 0)
        #expect(link.replays == 0)
    }

    @Test mutating func theLagIsTheMeanOfWhatWasMeasured() {
        _ = beat(1, lag: .milliseconds(8), at: 0)
        _ = beat(2, lag: nil, at: 100)
        _ = beat(2, lag: .milliseconds(100), at: 200)
        #expect(link.lag.microseconds == 8000)
    }
}
