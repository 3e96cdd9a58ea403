import ClusterModel
import Membership
import Testing

/// Silence and return, with warntime 300 ms, deadtime 500 ms and initdead 3 s.
@Suite struct PeerMonitorTests {
    private static let lan: LinkName = "lan"
    private static let cable: LinkName = "null-modem"
    private var peer = Sender()
    private var monitor = PeerMonitorTests.makeMonitor()

    private static func makeMonitor() -> PeerMonitor {
        let definition = ClusterDefinition(
            name: "demo", nodes: [NodeDefinition(name: "serv-a"), NodeDefinition(name: "serv-b")], timing: .toy,
            links: [
                LinkDefinition(name: lan, kind: .udp(UDPLink(interface: .both("eth0")))),
                LinkDefinition(name: cable, kind: .serial(SerialLink(device: .both("/dev/ttyS0")))),
            ])
        return PeerMonitor(definition: definition, configuration: 0xC0, at: .ms(0))
    }

    private mutating func hear(_ links: LinkName..., at time: Int64) -> [PeerObservation] {
        let beat = peer.beat()
        var noticed: [PeerObservation] = []
        for link in links { noticed += monitor.beatArrived(beat, on: link, at: .ms(time)) }
        return noticed
    }

    // MARK: Before the first beat

    @Test mutating func aPeerThatWasNeverHeardIsAbsentAfterInitdeadNotDeadAfterDeadtime() {
        #expect(monitor.check(at: .ms(2999)) == [])
        #expect(monitor.verdict == .unheard)
        #expect(monitor.check(at: .ms(3000)) == [.absent])
        #expect(monitor.verdict == .absent)
        #expect(monitor.check(at: .ms(90_000)) == [])
    }

    @Test mutating func theFirstBeatSaysThatItLives() {
        #expect(hear(Self.lan, at: 100) == [.linkUp(Self.lan), .heardFirst, .news])
        #expect(monitor.verdict == .alive)
        #expect(monitor.aliveSince == .ms(100))
    }

    @Test mutating func aPeerThatComesAfterInitdeadReturns() {
        _ = monitor.check(at: .ms(3000))
        #expect(hear(Self.lan, at: 4000) == [.linkUp(Self.lan), .returned(after: .seconds(4)), .news])
        #expect(monitor.verdict == .alive)
    }

    @Test mutating func onceHeardItIsDeadtimeThatCountsAndNoLongerInitdead() {
        #expect(monitor.deadAt == .ms(3000))
        _ = hear(Self.lan, at: 100)
        #expect(monitor.deadAt == .ms(600))
    }

    // MARK: Silence

    @Test mutating func silenceOnOneLinkMovesNothingWhileTheOtherBringsBeats() {
        _ = hear(Self.lan, Self.cable, at: 0)
        var noticed: [PeerObservation] = []
        for time in stride(from: Int64(100), through: 1000, by: 100) {
            noticed += hear(Self.cable, at: time).filter { $0 != .news }
            noticed += monitor.check(at: .ms(time))
        }
        #expect(noticed == [.linkLate(Self.lan), .linkSilent(Self.lan)])
        #expect(monitor.verdict == .alive)
        #expect(monitor.heardLinks == [Self.cable])
    }

    @Test mutating func silenceOnBothLinksMeansLateAndThenDead() {
        _ = hear(Self.lan, Self.cable, at: 0)
        #expect(monitor.check(at: .ms(299)) == [])
        #expect(
            monitor.check(at: .ms(300))
                == [.linkLate(Self.lan), .linkLate(Self.cable), .late(silence: .milliseconds(300))])
        #expect(monitor.verdict == .late)
        #expect(monitor.check(at: .ms(499)) == [])
        #expect(
            monitor.check(at: .ms(500))
                == [.linkSilent(Self.lan), .linkSilent(Self.cable), .dead(silence: .milliseconds(500))])
        #expect(monitor.verdict == .dead)
        #expect(monitor.aliveSince == nil)
        #expect(monitor.heardLinks == [])
    }

    @Test mutating func deathIsNotHeldUpByAWarningThatWasMissed() {
        _ = hear(Self.lan, at: 0)
        #expect(monitor.check(at: .ms(700)) == [.linkSilent(Self.lan), .dead(silence: .milliseconds(700))])
    }

    @Test mutating func aLatePeerThatIsHeardAgainWasNeverGone() {
        _ = hear(Self.lan, at: 0)
        _ = monitor.check(at: .ms(400))
        #expect(hear(Self.lan, at: 450) == [.linkUp(Self.lan), .news])
        #expect(monitor.verdict == .alive)
        #expect(monitor.aliveSince == .ms(0))
    }

    @Test mutating func aDeadPeerThatIsHeardAgainReturnsAndItsAgeBeginsAnew() {
        _ = hear(Self.lan, at: 0)
        _ = monitor.check(at: .ms(500))
        #expect(hear(Self.lan, at: 900) == [.linkUp(Self.lan), .returned(after: .milliseconds(900)), .news])
        #expect(monitor.aliveSince == .ms(900))
    }

    @Test mutating func theNewestBeatAgainOnAnotherLinkDoesNotRaiseTheDead() {
        let beat = peer.beat()
        _ = monitor.beatArrived(beat, on: Self.lan, at: .ms(0))
        _ = monitor.check(at: .ms(500))
        #expect(monitor.beatArrived(beat, on: Self.cable, at: .ms(600)) == [.linkUp(Self.cable)])
        #expect(monitor.verdict == .dead)
        #expect(monitor.lastHeard == .ms(0))
    }

    @Test mutating func anOvertakenBeatIsNotNews() {
        let old = peer.beat()
        _ = hear(Self.lan, at: 0)
        #expect(monitor.beatArrived(old, on: Self.lan, at: .ms(400)) == [])
        #expect(monitor.latest?.sequence == 2)
        #expect(monitor.lastHeard == .ms(0))
    }

    // MARK: Times when this node did not listen

    @Test mutating func afterAStallOfOurOwnTheSilenceBeginsAnew() {
        _ = hear(Self.lan, at: 0)
        monitor.distrustSilence(at: .ms(5000))
        #expect(monitor.silentSince == .ms(5000))
        #expect(monitor.check(at: .ms(5299)) == [])
        #expect(monitor.check(at: .ms(5499)) == [.linkLate(Self.lan), .late(silence: .milliseconds(499))])
        #expect(monitor.check(at: .ms(5500)) == [.linkSilent(Self.lan), .dead(silence: .milliseconds(500))])
    }

    @Test mutating func aStallDuringInitdeadIsNotCountedIntoIt() {
        monitor.distrustSilence(at: .ms(2000))
        #expect(monitor.check(at: .ms(4999)) == [])
        #expect(monitor.check(at: .ms(5000)) == [.absent])
    }

    @Test mutating func distrustNeverMakesASilenceLonger() {
        monitor.distrustSilence(at: .ms(2000))
        monitor.distrustSilence(at: .ms(1000))
        #expect(monitor.silentSince == .ms(2000))
    }

    @Test mutating func distrustDoesNotRaiseTheDead() {
        _ = hear(Self.lan, at: 0)
        _ = monitor.check(at: .ms(500))
        monitor.distrustSilence(at: .ms(600))
        #expect(monitor.check(at: .ms(650)) == [])
        #expect(monitor.verdict == .dead)
    }

    // MARK: Leaving in order

    @Test mutating func aPeerThatSaidThatItLeftIsNotDeadHoweverLongItIsSilent() {
        _ = hear(Self.lan, at: 0)
        peer.phase = .left
        #expect(hear(Self.lan, at: 100) == [.left, .news])
        #expect(hear(Self.lan, at: 150) == [.news])
        #expect(monitor.aliveSince == nil)
        _ = monitor.check(at: .ms(90_000))
        #expect(monitor.verdict == .left)
    }

    @Test mutating func aPeerThatIsLeavingIsStillAlive() {
        peer.phase = .leaving
        _ = hear(Self.lan, at: 0)
        #expect(monitor.verdict == .alive)
        #expect(monitor.check(at: .ms(500)).contains(.dead(silence: .milliseconds(500))))
    }

    @Test mutating func aFarewellIsBelievedAlsoAfterDeath() {
        _ = hear(Self.lan, at: 0)
        _ = monitor.check(at: .ms(500))
        peer.phase = .left
        #expect(hear(Self.lan, at: 600).contains(.left))
        #expect(monitor.verdict == .left)
    }

    @Test mutating func aPeerThatLeftAndStartsAgainReturns() {
        peer.phase = .left
        _ = hear(Self.lan, at: 0)
        peer.restart()
        peer.phase = .starting
        #expect(hear(Self.lan, at: 400) == [.restarted, .returned(after: .milliseconds(400)), .news])
        #expect(monitor.verdict == .alive)
        #expect(monitor.aliveSince == .ms(400))
    }

    // MARK: What it was made for

    @Test func linksThatAreNotConfiguredCountForNothing() {
        var (peer, monitor) = (peer, monitor)
        #expect(monitor.beatArrived(peer.beat(), on: "wlan", at: .ms(0)) == [])
        #expect(monitor.verdict == .unheard)
    }

    @Test mutating func faultsAndCarriersAreKeptByLink() {
        monitor.setFault("no such interface", of: Self.lan)
        monitor.setCarrier(false, of: Self.cable)
        monitor.setCarrier(true, of: "wlan")
        #expect(monitor.links.map(\.fault) == ["no such interface", nil])
        #expect(monitor.links.map(\.hasCarrier) == [nil, false])
    }

    @Test mutating func theLaterCopyOfABeatMeasuresTheLagOfItsLink() {
        let beat = peer.beat()
        _ = monitor.beatArrived(beat, on: Self.lan, at: .ms(0))
        _ = monitor.beatArrived(beat, on: Self.cable, at: .ms(12))
        #expect(monitor.links.map(\.lag.microseconds) == [0, 12_000])
    }

    /// The node sleeps until `nextCheck`: too late would miss a death, in vain would spin.
    @Test(arguments: UInt64(1)...20)
    mutating func theNextCheckIsNeverTooLateAndNeverInVain(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var now = Instant.ms(0)
        for _ in 0..<400 {
            let nap = Duration.milliseconds(Int64.random(in: 1...700, using: &random))
            if let next = monitor.nextCheck, next <= now + nap {
                #expect(monitor.check(at: next.justBefore) == [])
                #expect(monitor.check(at: next) != [], "woken in vain at \(next) in \(monitor.verdict)")
                now = max(now, next)
            } else {
                now += nap
                #expect(monitor.check(at: now) == [])
            }
            step(now, &random)
        }
    }

    private mutating func step(_ now: Instant, _ random: inout SeededGenerator) {
        switch Int.random(in: 0..<10, using: &random) {
        case 0: monitor.distrustSilence(at: now)
        case 1: peer.reboot()
        case 2: peer.phase = peer.phase == .left ? .active : .left
        case 3...5: _ = monitor.beatArrived(peer.beat(), on: Self.lan, at: now)
        case 6: _ = monitor.beatArrived(peer.beat(), on: Self.cable, at: now)
        default: break
        }
    }
}
