import ClusterModel
import Ownership
import Testing

@Suite(.tags(.epochs)) struct DuelPolicyTests {
    private func report(_ epoch: UInt64, _ phase: GroupReport.Phase = .serving) -> GroupReport {
        GroupReport(group: Toy.web, phase: phase, epoch: Epoch(epoch))
    }

    private func keeps(
        _ mine: GroupReport, _ theirs: GroupReport, _ volumes: [VolumeFacts] = [], isPreferred: Bool = false
    ) -> Bool {
        DuelPolicy.serving(
            mine: mine, theirs: theirs, volumes: volumes, isPreferred: isPreferred, me: Toy.a, peer: Toy.b) == .keep
    }

    @Test(arguments: [
        (UInt64(5), UInt64(4), false, true), (4, 5, true, false), (5, 5, true, true), (5, 5, false, false),
    ])
    func ofTwoClaimsTheHigherEpochWinsAndThenThePreferredNode(
        mine: UInt64, theirs: UInt64, isPreferred: Bool, wins: Bool
    ) {
        #expect(
            DuelPolicy.claims(
                mine: report(mine, .claiming), theirs: report(theirs, .claiming), isPreferred: isPreferred)
                == wins)
        #expect(keeps(report(mine), report(theirs), isPreferred: isPreferred) == wins)
    }

    @Test func theNodeWithThePrimaryAndCurrentVolumesKeepsItAgainstAHigherEpoch() {
        #expect(keeps(report(1), report(9), [.data(.leader, peer: .follower)]))
        #expect(!keeps(report(9), report(1), [.data(.follower, peer: .leader)], isPreferred: true))
    }

    @Test func oneVolumeThatIsNotServedIsEnoughToLoseIt() {
        let volumes = [VolumeFacts.data(.leader, peer: .solo), .data(.frozen, peer: .solo)]
        #expect(!keeps(report(9), report(1), volumes, isPreferred: true))
    }

    @Test func withoutVolumesTheNodeThatHasItUpAlreadyKeepsIt() {
        #expect(keeps(report(1, .serving), report(9, .starting)))
        #expect(!keeps(report(9, .starting), report(1, .serving), isPreferred: true))
    }

    @Test func theOneThatGivesWaySaysWhy() {
        let verdict = DuelPolicy.serving(
            mine: report(4), theirs: report(5), volumes: [], isPreferred: true, me: Toy.a, peer: Toy.b)
        #expect(
            verdict
                == .giveWay(
                    Decision(
                        rule: .duel,
                        evidence: [
                            "serv-b serves it too under epoch 5, serv-a under 4", "the higher epoch has the right",
                        ],
                        sentence: "serv-a stops web: both nodes served it")))
    }

    /// Both sides look at the same beats: exactly one gives way, or the group would be lost or served twice.
    @Test(arguments: [GroupReport.Phase.starting, .serving], [GroupReport.Phase.starting, .serving])
    func bothSidesComputeTheSameAnswer(mine: GroupReport.Phase, theirs: GroupReport.Phase) {
        let reports = [VolumeReport.leader, .solo, .frozen, .orphan]
        let pairs = reports.flatMap { own in reports.map { VolumeFacts.data(own, peer: $0) } }
        for volumes in [[]] + pairs.map({ [$0] }) {
            for epochs: (UInt64, UInt64) in [(4, 5), (5, 5), (5, 4)] {
                for isPreferred in [false, true] {
                    let mirrored = volumes.map { VolumeFacts.data($0.peer, peer: $0.own) }
                    let here = keeps(
                        report(epochs.0, mine), report(epochs.1, theirs), volumes, isPreferred: isPreferred)
                    let there = keeps(
                        report(epochs.1, theirs), report(epochs.0, mine), mirrored, isPreferred: !isPreferred)
                    #expect(here != there, "\(epochs) \(isPreferred) \(volumes)")
                }
            }
        }
    }
}
