import ClusterModel
import Ownership
import Testing

@Suite struct MovePolicyTests {
    private typealias Facts = MovePolicy.Facts

    private func facts(
        _ volumes: [VolumeFacts] = [.data(.leader, peer: .follower)], _ edit: (inout Facts) -> Void = { _ in }
    ) -> Facts {
        var facts = Facts(
            group: Toy.replicated(), me: Toy.a, peer: Toy.b, presence: .present, peerPhase: .active,
            report: GroupReport(group: Toy.web), volumes: volumes)
        edit(&facts)
        return facts
    }

    @Test func aPairInSyncMovesBothWays() {
        #expect(MovePolicy.refusalsToGive(facts()) == [])
        #expect(MovePolicy.refusalsToTake(facts([.data(.follower, peer: .leader)])) == [])
    }

    // MARK: The peer

    @Test(arguments: [PeerPresence.unknown, .absent, .dead, .left])
    func aPeerThatIsNotHeardMovesNothing(presence: PeerPresence) {
        let unheard = facts { $0.presence = presence }
        #expect(MovePolicy.refusalsToGive(unheard) == ["serv-b is not heard now"])
        #expect(MovePolicy.refusalsToTake(unheard) == ["serv-b is not heard now"])
    }

    @Test func aLatePeerMovesNothing() {
        #expect(MovePolicy.refusalsToGive(facts { $0.isPeerLate = true }) == ["serv-b is not heard now"])
    }

    @Test(arguments: [
        (NodePhase?.none, "serv-b is going down"), (.starting, "serv-b is still starting"),
        (.leaving, "serv-b is going down"), (.left, "serv-b is going down"),
    ])
    func onlyAnActivePeerTakesPart(phase: NodePhase?, refusal: String) {
        let passive = facts { $0.peerPhase = phase }
        #expect(MovePolicy.refusalsToGive(passive) == [refusal])
        #expect(MovePolicy.refusalsToTake(passive) == [refusal])
    }

    @Test func differentConfigurationsMoveNothing() {
        let refusals = ["the configurations of the two nodes differ", "serv-b does not know group web"]
        let different = facts {
            $0.hasSameConfiguration = false
            $0.report = nil
        }
        #expect(MovePolicy.refusalsToGive(different) == refusals)
        #expect(MovePolicy.refusalsToTake(different) == refusals)
    }

    @Test func aPeerThatCouldNotStopItOrFailedToStartItDoesNotGetIt() {
        #expect(
            MovePolicy.refusalsToGive(facts { $0.report?.phase = .stuck }) == ["serv-b could not stop web cleanly"])
        #expect(
            MovePolicy.refusalsToGive(facts { $0.report?.isAble = false })
                == ["serv-b cannot start web: it failed there before"])
    }

    @Test(arguments: [
        (Bool?.some(true), Bool?.some(false), true), (true, true, false), (false, false, false), (nil, nil, false),
    ])
    func aPeerThatClientsCouldNotReachDoesNotGetIt(here: Bool?, there: Bool?, isRefused: Bool) {
        let refusals = MovePolicy.refusalsToGive(
            facts {
                $0.isReachedHere = here
                $0.isReachedThere = there
            })
        #expect(refusals == (isRefused ? ["serv-b reaches no ping node: its clients could not reach it"] : []))
    }

    @Test func aNodeThatFailedToStartItDoesNotTakeIt() {
        #expect(
            MovePolicy.refusalsToTake(facts([.data(.follower, peer: .leader)]) { $0.disability = "apache2 failed" })
                == ["serv-a cannot start web: apache2 failed"])
    }

    // MARK: The volumes

    @Test(.tags(.r7)) func aSplitBrainMovesNothing() {
        let split = VolumeReport.leader.with { $0.isSplitBrain = true }
        let refusal = ["volume data: both copies were written apart, a person must decide first"]
        #expect(MovePolicy.refusalsToGive(facts([.data(split, peer: .follower)])) == refusal)
        #expect(MovePolicy.refusalsToGive(facts([.data(.leader, peer: split)])) == refusal)
        #expect(MovePolicy.refusalsToTake(facts([.data(split, peer: .leader)])) == refusal)
    }

    @Test(arguments: [
        (VolumeFacts.data(.leader, peer: nil), "volume data: no engine is running on serv-b"),
        (
            .data(.leader.with { $0.outOfSyncBytes = 65 << 20 }, peer: .target),
            "volume data is not UpToDate on serv-b (resync: 65 MiB to go)"
        ),
        (.data(.leader, peer: .outdated), "volume data is not UpToDate on serv-b (Outdated)"),
        (.data(.solo, peer: .orphan), "volume data: its two engines are not connected"),
        (
            .data(.leader.with { $0.isFrozen = true }, peer: .follower), "volume data: its writes are frozen now"
        ),
    ])
    func aCopyThatIsNotCurrentAndFollowedIsNotGiven(volume: VolumeFacts, refusal: String) {
        #expect(MovePolicy.refusalsToGive(facts([volume])) == [refusal])
    }

    @Test func toTakeItIsThisNodesCopyThatCounts() {
        #expect(
            MovePolicy.refusalsToTake(facts([.data(.target, peer: .leader)]))
                == ["volume data is not UpToDate on serv-a (resync: 64 MiB to go)"])
        #expect(
            MovePolicy.refusalsToTake(facts([.data(.follower, peer: .frozen)]))
                == ["volume data: its writes are frozen now"])
    }

    @Test func everyObstacleIsNamedNotOnlyTheFirst() {
        #expect(MovePolicy.refusalsToGive(facts([.data(.leader, peer: nil), .data(.solo, peer: .orphan)])).count == 2)
    }
}
