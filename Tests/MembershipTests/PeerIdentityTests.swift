import ClusterModel
import Membership
import Testing

/// What `PeerMonitor` makes of boots, incarnations, configurations and one-way cuts.
@Suite struct PeerIdentityTests {
    private var peer = Sender()
    private var monitor = PeerMonitor(
        definition: ClusterDefinition(
            name: "demo", nodes: [NodeDefinition(name: "serv-a"), NodeDefinition(name: "serv-b")], timing: .toy,
            links: [
                LinkDefinition(name: "lan", kind: .udp(UDPLink(interface: .both("eth0")))),
                LinkDefinition(name: "direct", kind: .udp(UDPLink(interface: .both("eth1")))),
            ]),
        configuration: 0xC0, at: .ms(0))

    private mutating func hear(at time: Int64) -> [PeerObservation] {
        monitor.beatArrived(peer.beat(), on: "lan", at: .ms(time))
    }

    // MARK: Incarnations

    @Test mutating func anotherBootIsNoticedWithoutAnySilence() {
        _ = hear(at: 0)
        peer.reboot()
        #expect(hear(at: 100) == [.rebooted, .news])
        #expect(monitor.latest?.boot == 71)
    }

    @Test mutating func anotherRunOnTheSameBootIsARestartOnly() {
        _ = hear(at: 0)
        peer.restart()
        #expect(hear(at: 100) == [.restarted, .news])
    }

    @Test mutating func aNewIncarnationCountsItsBeatsAnew() {
        for time: Int64 in [0, 100, 200] { _ = hear(at: time) }
        peer.restart()
        _ = hear(at: 300)
        #expect(monitor.latest?.sequence == 1)
        #expect(monitor.links[0].replays == 0)
        #expect(monitor.links[0].duplicates == 0)
    }

    @Test mutating func aBeatOfAnIncarnationThatIsOverIsCountedAndBelievedInNothing() {
        let before = peer
        _ = hear(at: 0)
        peer.reboot()
        _ = hear(at: 100)
        _ = monitor.check(at: .ms(600))
        var ghost = before
        ghost.sequence = 50
        #expect(monitor.beatArrived(ghost.beat(), on: "lan", at: .ms(700)) == [])
        #expect(monitor.verdict == .dead)
        #expect(monitor.latest?.boot == 71)
        #expect(monitor.staleBeats == 1)
        #expect(monitor.links[0].replays == 1)
    }

    @Test mutating func oneIncarnationOnTwoBootsIsASecondMachineAndNotBelieved() {
        _ = hear(at: 0)
        var other = peer
        other.boot = 99
        #expect(monitor.beatArrived(other.beat(), on: "lan", at: .ms(100)) == [])
        #expect(monitor.staleBeats == 1)
        #expect(monitor.latest?.boot == 70)
    }

    // MARK: Configuration

    @Test mutating func equalConfigurationsAreNoNews() {
        #expect(monitor.hasSameConfiguration == nil)
        let noticed = hear(at: 0)
        #expect(!noticed.contains(.configurationAgrees))
        #expect(monitor.hasSameConfiguration == true)
    }

    @Test mutating func aDifferenceIsNamedWithinOneBeatAndOnce() {
        peer.configuration = 0xD0
        #expect(hear(at: 0).contains(.configurationDiffers))
        #expect(!hear(at: 100).contains(.configurationDiffers))
        #expect(monitor.hasSameConfiguration == false)
    }

    @Test mutating func aDifferenceThatEndsIsNamedToo() {
        peer.configuration = 0xD0
        _ = hear(at: 0)
        peer.configuration = 0xC0
        #expect(hear(at: 100) == [.configurationAgrees, .news])
        peer.configuration = 0xD0
        #expect(hear(at: 200) == [.configurationDiffers, .news])
    }

    // MARK: One-way cuts

    @Test mutating func aPeerThatHasNotHeardUsYetIsNoNews() {
        _ = hear(at: 0)
        #expect(hear(at: 100) == [.news])
        #expect(monitor.links.map(\.isHeardByPeer) == [nil, nil])
    }

    @Test mutating func aPeerThatStopsHearingUsOnALinkNamesTheLink() {
        peer.hears = ["lan", "direct"]
        _ = hear(at: 0)
        peer.hears = ["direct"]
        #expect(hear(at: 100) == [.linkUnheardByPeer("lan"), .news])
        #expect(hear(at: 200) == [.news])
        #expect(monitor.links.map(\.isHeardByPeer) == [false, true])
        peer.hears = ["lan", "direct"]
        #expect(hear(at: 300) == [.linkHeardByPeerAgain("lan"), .news])
    }
}
