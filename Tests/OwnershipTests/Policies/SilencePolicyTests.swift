import ClusterModel
import Ownership
import Testing

@Suite struct SilencePolicyTests {
    private typealias Policy = Ownership.SilencePolicy
    typealias Choice = ClusterModel.SilencePolicy

    private static let pings: [PingFinding] = [.notConfigured, .answeredThroughout, .notThroughout, .deadForBoth]
    private static let probes: [ProbeFinding] = [
        .notAsked, .asking, .quiet, .noAddress, .answered("52:54:00:00:00:01"),
    ]

    private func standby(_ ping: PingFinding, _ probe: ProbeFinding, carriers: [LinkName] = []) -> Policy.Standby {
        Policy.standby(
            StartFacts(
                group: Toy.replicated(), me: Toy.b, peer: Toy.a, presence: .dead,
                silence: SilenceFacts(
                    duration: .milliseconds(1500), ping: ping, probe: probe, fallenCarriers: carriers)))
    }

    private func owner(
        _ ping: PingFinding, _ policy: Choice, isBoundOver: Bool = false
    ) -> Policy.Owner {
        Policy.owner(
            .init(
                me: Toy.a, peer: Toy.b, silence: .seconds(12), ping: ping, policy: policy, isBoundOver: isBoundOver))
    }

    // MARK: R3, the standby

    @Test(.tags(.r3), arguments: pings, probes)
    func theStandbyTakesOverOnlyWithItsPingNodeThroughoutAndNobodyOnTheAddress(ping: PingFinding, probe: ProbeFinding) {
        let isTaken = if case .take = standby(ping, probe) { true } else { false }
        let hasView = ping == .answeredThroughout || ping == .notConfigured
        #expect(isTaken == (hasView && (probe == .quiet || probe == .noAddress)))
    }

    @Test(.tags(.r3), arguments: [PingFinding.notThroughout, .deadForBoth], probes)
    func withoutItsPingNodeItAbstainsWhateverTheProbeSays(ping: PingFinding, probe: ProbeFinding) {
        guard case .abstain(let decision) = standby(ping, probe) else {
            Issue.record("\(standby(ping, probe))")
            return
        }
        #expect(decision.rule == .r3)
    }

    @Test(.tags(.r3), arguments: [PingFinding.notConfigured, .answeredThroughout])
    func itAsksForTheAddressAndWaitsForTheAnswer(ping: PingFinding) {
        #expect(standby(ping, .notAsked) == .ask)
        #expect(standby(ping, .asking) == .wait("the answer to who holds the service address"))
    }

    @Test(.tags(.r3), arguments: [PingFinding.notConfigured, .answeredThroughout])
    func whenSomebodyHoldsTheAddressItStepsBackAndNamesTheHolder(ping: PingFinding) {
        guard case .stepBack(let decision) = standby(ping, .answered("52:54:00:00:00:01")) else {
            Issue.record("it did not step back")
            return
        }
        #expect(decision.rule == .r3)
        #expect(decision.sentence.contains("52:54:00:00:00:01"))
    }

    @Test func theDecisionNamesItsEvidence() {
        guard case .take(let decision) = standby(.answeredThroughout, .quiet, carriers: ["direct", "null-modem"]) else {
            Issue.record("it was not taken")
            return
        }
        #expect(
            decision
                == Decision(
                    rule: .r3,
                    evidence: [
                        "serv-a is silent on every link for 1.5 s",
                        "the carriers of direct and null-modem fell together, as in a loss of power",
                        "a ping node answered throughout", "nobody answers for its address",
                    ],
                    sentence: "serv-b takes over web from serv-a, which is dead"))
    }

    // MARK: R4 and R5, the owner

    private enum Outcome: Hashable { case goesOn, stops, waits }

    private func outcome(_ owner: Policy.Owner) -> (Outcome, Rule?) {
        switch owner {
        case .goOn(let decision): (.goesOn, decision.rule)
        case .stop(let decision): (.stops, decision.rule)
        case .wait: (.waits, nil)
        }
    }

    @Test(.tags(.r4), arguments: Choice.allCases, [false, true])
    func anOwnerWhosePingNodeAnsweredThroughoutGoesOnAlone(policy: Choice, isBoundOver: Bool) {
        #expect(outcome(owner(.answeredThroughout, policy, isBoundOver: isBoundOver)) == (.goesOn, .r4))
    }

    @Test(.tags(.r4), arguments: Choice.allCases)
    func anOwnerThatIsCutOffStaysFrozenUntilTheBoundAndStopsThen(policy: Choice) {
        #expect(outcome(owner(.notThroughout, policy, isBoundOver: false)) == (.waits, nil))
        #expect(outcome(owner(.notThroughout, policy, isBoundOver: true)) == (.stops, .r4))
    }

    @Test(.tags(.r5), arguments: [PingFinding.notConfigured, .deadForBoth], [false, true])
    func withoutAPingNodeTheOwnersChoiceDecides(ping: PingFinding, isBoundOver: Bool) {
        #expect(outcome(owner(ping, .keepServing, isBoundOver: isBoundOver)) == (.goesOn, .r5))
        #expect(outcome(owner(ping, .stop, isBoundOver: isBoundOver)) == (.stops, .r5))
    }

    @Test(.tags(.r5)) func theChoiceIsNamedInTheEvidence() {
        guard case .stop(let decision) = owner(.notConfigured, .stop) else {
            Issue.record("it was not stopped")
            return
        }
        #expect(
            decision.evidence
                == ["serv-b is silent on every link for 12 s", "no ping node is configured", "silence = \"stop\""])
    }

    /// With one dead gateway both nodes find the same; if both went ahead on it, both would serve.
    @Test(.tags(.r3, .r5), arguments: [PingFinding.notThroughout, .deadForBoth], probes)
    func ofTwoNodesThatNoPingNodeAnswersAtMostTheOwnerGoesOn(ping: PingFinding, probe: ProbeFinding) {
        #expect(outcome(owner(ping, .keepServing)).0 == (ping == .deadForBoth ? .goesOn : .waits))
        let isTaken = if case .take = standby(ping, probe) { true } else { false }
        #expect(!isTaken)
    }

    // MARK: Words

    @Test(arguments: [
        (Duration.zero, "0 ms"), (.milliseconds(999), "999 ms"), (.milliseconds(1000), "1.0 s"),
        (.milliseconds(9999), "9.9 s"), (.seconds(10), "10 s"), (.seconds(599), "599 s"), (.seconds(600), "10 min"),
    ])
    func durationsReadLikeNumbersOfAPerson(duration: Duration, text: String) {
        #expect(durationText(duration) == text)
    }
}
