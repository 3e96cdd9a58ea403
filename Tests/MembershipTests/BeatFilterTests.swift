import ClusterModel
import Membership
import Testing

@Suite struct BeatFilterTests {
    private static let ownBoot: UInt64 = 7
    private var filter = BeatFilter(cluster: "demo", node: "serv-a", peer: "serv-b")

    private func beat(cluster: String = "demo", sender: NodeName, boot: UInt64 = 70) -> Heartbeat {
        Heartbeat(
            cluster: cluster, sender: sender, boot: boot, incarnation: 1, sequence: 1, configuration: 0, phase: .active)
    }

    @Test mutating func aBeatOfThePeerIsThePeersAndCountsNowhere() {
        #expect(filter.origin(of: beat(sender: "serv-b"), boot: Self.ownBoot) == .peer)
        #expect(filter == BeatFilter(cluster: "demo", node: "serv-a", peer: "serv-b"))
    }

    @Test mutating func aPeerThatHasOurBootIdentityIsStillThePeer() {
        #expect(filter.origin(of: beat(sender: "serv-b", boot: Self.ownBoot), boot: Self.ownBoot) == .peer)
    }

    @Test mutating func ourOwnBeatOfThisBootIsAnEcho() {
        #expect(filter.origin(of: beat(sender: "serv-a", boot: Self.ownBoot), boot: Self.ownBoot) == .echo)
        #expect(filter.echoes == 1)
        #expect(filter.namesakes == 0)
    }

    @Test mutating func ourNameOnAnotherBootIsANamesake() {
        #expect(filter.origin(of: beat(sender: "serv-a", boot: 8), boot: Self.ownBoot) == .namesake)
        #expect(filter.namesakes == 1)
        #expect(filter.echoes == 0)
    }

    @Test mutating func aNodeThatIsNotListedIsAStranger() {
        #expect(filter.origin(of: beat(sender: "serv-c"), boot: Self.ownBoot) == .stranger)
        #expect(filter.strangers == 1)
    }

    @Test(arguments: ["serv-a", "serv-b", "serv-c"])
    mutating func anotherClustersBeatIsForeignWhateverNameItBears(sender: String) {
        let beat = beat(cluster: "other", sender: NodeName(unchecked: sender), boot: Self.ownBoot)
        #expect(filter.origin(of: beat, boot: Self.ownBoot) == .foreignCluster)
        #expect(filter.foreign == 1)
        #expect(filter.echoes + filter.namesakes + filter.strangers == 0)
    }

    @Test mutating func everyOccurrenceIsCounted() {
        for _ in 0..<3 { _ = filter.origin(of: beat(sender: "serv-c"), boot: Self.ownBoot) }
        #expect(filter.strangers == 3)
    }
}
