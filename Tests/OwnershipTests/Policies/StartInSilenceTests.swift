import ClusterModel
import Ownership
import Testing

/// `StartPolicy` while the peer is not heard.
@Suite struct StartInSilenceTests {
    private func facts(
        _ presence: PeerPresence, _ group: GroupDefinition = Toy.replicated(),
        volumes: [VolumeFacts] = [.data(.orphan)],
        _ edit: (inout StartFacts) -> Void = { _ in }
    ) -> StartFacts {
        var facts = StartFacts(
            group: group, me: Toy.a, peer: Toy.b, presence: presence,
            report: presence == .dead ? GroupReport(group: Toy.web, phase: .serving) : nil, volumes: volumes,
            silence: SilenceFacts(duration: .seconds(12), ping: .answeredThroughout, probe: .quiet))
        edit(&facts)
        return facts
    }

    // MARK: R1, alone at boot

    @Test(.tags(.r1)) func beforeInitdeadIsOverNothingIsStartedWhateverIsProved() {
        let proved = facts(.unknown, volumes: [.data(.proof) { $0.isProven = true }])
        #expect(StartPolicy.judge(proved).isWaiting("not heard yet"))
    }

    @Test(.tags(.r1)) func aloneAtBootNothingIsServedWithoutProof() {
        for own in [VolumeReport.orphan, .booted] {
            #expect(StartPolicy.judge(facts(.absent, volumes: [.data(own)])).isWaiting("(R1)"))
        }
    }

    @Test(.tags(.r1)) func aloneAtBootItIsServedWhenTheRecordsProveTheCopy() {
        #expect(StartPolicy.judge(facts(.absent, volumes: [.data(.proof)])).claimRule == .r1)
        #expect(StartPolicy.judge(facts(.absent, volumes: [.data(.booted) { $0.isProven = true }])).claimRule == .r1)
    }

    @Test(.tags(.r1)) func oneVolumeWithoutProofHoldsTheWholeGroup() {
        #expect(StartPolicy.judge(facts(.absent, volumes: [.data(.proof), .data(.booted)])).isWaiting("(R1)"))
    }

    @Test(
        .tags(.r1),
        arguments: [
            (ProbeFinding.notAsked, StartPolicy.Verdict.probe("the answer to who holds the service address")),
            (.asking, .wait("the answer to who holds the service address")),
            (.answered("52:54:00:00:00:01"), .wait("the service address, which 52:54:00:00:00:01 holds")),
        ])
    func aloneAtBootTheAddressIsAskedForFirst(probe: ProbeFinding, verdict: StartPolicy.Verdict) {
        #expect(StartPolicy.judge(facts(.absent, volumes: [.data(.proof)]) { $0.silence.probe = probe }) == verdict)
    }

    // MARK: R3, the standby in total silence

    @Test(.tags(.r3)) func aCurrentCopyTakesOverFromTheDead() {
        #expect(StartPolicy.judge(facts(.dead)).claimRule == .r3)
    }

    @Test(.tags(.r3)) func aCopyThatMayBeOldDoesNot() {
        let verdict = StartPolicy.judge(facts(.dead, volumes: [.data(.orphan, isCurrent: false)]))
        #expect(verdict.isWaiting("nothing proves"))
    }

    @Test(.tags(.r3)) func onceTheOwnerMayHaveGoneOnAloneOnlyAGroupWithoutVolumesIsTaken() {
        #expect(StartPolicy.judge(facts(.dead) { $0.silence.isVoteOver = true }).isWaiting("gone on alone"))
        let plain = facts(.dead, Toy.plain(), volumes: []) { $0.silence.isVoteOver = true }
        #expect(StartPolicy.judge(plain).claimRule == .r3)
    }

    @Test(.tags(.r3)) func thePingNodeAndTheAddressAreAskedForInSilence() {
        let abstained = StartPolicy.judge(facts(.dead) { $0.silence.ping = .notThroughout })
        guard case .abstain = abstained else {
            Issue.record("\(abstained)")
            return
        }
        let held = StartPolicy.judge(facts(.dead) { $0.silence.probe = .answered("52:54:00:00:00:01") })
        guard case .stepBack = held else {
            Issue.record("\(held)")
            return
        }
        let unasked = StartPolicy.judge(facts(.dead) { $0.silence.probe = .notAsked })
        #expect(unasked == .probe("the answer to who holds the service address"))
        #expect(StartPolicy.judge(facts(.dead) { $0.silence.probe = .asking }).isWaiting("the answer"))
    }

    @Test(.tags(.r3)) func aPeerThatWasJustStartingItIsAskedForUntilItMustBeUp() {
        func judge(_ since: Int64) -> StartPolicy.Verdict {
            StartPolicy.judge(
                facts(.dead) {
                    $0.report?.phase = .starting
                    $0.silence.startPatience = .seconds(60)
                    $0.silence.sinceDeclared = .seconds(since)
                })
        }
        #expect(judge(59) == .probe("serv-b, which was just starting it, to be up or certainly not"))
        #expect(judge(60).claimRule == .r3)
    }

    @Test(.tags(.r5)) func whatWasStoppedInThisSilenceAsConfiguredIsNotTakenAgain() {
        #expect(StartPolicy.judge(facts(.dead) { $0.silence.hasStoodDown = true }).isWaiting("(R5)"))
    }

    // MARK: Who goes first

    @Test(arguments: [PeerPresence.absent, .dead])
    func thePreferredNodeGoesFirstWhenNobodyRanIt(presence: PeerPresence) {
        func judge(_ since: Duration) -> StartPolicy.Verdict {
            StartPolicy.judge(
                facts(presence, Toy.replicated(preferred: Toy.b), volumes: [.data(.proof)]) {
                    $0.report = nil
                    $0.silence.sinceDeclared = since
                })
        }
        #expect(judge(StartPolicy.settling - .nanoseconds(1)).isWaiting("in case it starts it unheard"))
        #expect(judge(StartPolicy.settling).claimRule != nil)
    }

    @Test(arguments: [GroupReport.Phase.serving, .starting, .stopping, .stuck])
    func aNodeThatDiedWithTheGroupIsNotYieldedTo(phase: GroupReport.Phase) {
        let verdict = StartPolicy.judge(
            facts(.dead, Toy.replicated(preferred: Toy.b)) {
                $0.report?.phase = phase
                $0.silence.sinceDeclared = .zero
            })
        #expect(verdict.claimRule == .r3)
    }

    // MARK: After an orderly farewell

    @Test func aPeerThatLeftIsFollowedWithoutPingOrProbe() {
        let verdict = StartPolicy.judge(
            facts(.left) {
                $0.silence.ping = .notThroughout
                $0.silence.probe = .notAsked
            })
        #expect(verdict.claimRule == .agreement)
    }

    @Test func aCopyThatMayBeOldIsNotServedEvenThen() {
        #expect(
            StartPolicy.judge(facts(.left, volumes: [.data(.orphan, isCurrent: false)])).isWaiting("nothing proves"))
    }

    // MARK: Ability and force

    @Test(arguments: [PeerPresence.absent, .dead, .left])
    func aNodeThatIsNotActiveOrFailedBeforeWaits(presence: PeerPresence) {
        let volumes = [VolumeFacts.data(.proof)]
        #expect(
            StartPolicy.judge(facts(presence, volumes: volumes) { $0.isActive = false }).isWaiting("not active"))
        #expect(
            StartPolicy.judge(facts(presence, volumes: volumes) { $0.disability = "it failed" }).isWaiting("a person"))
    }

    @Test(arguments: [PeerPresence.unknown, .absent, .dead, .left])
    func aPersonMaySayThatThisCopyServes(presence: PeerPresence) {
        let verdict = StartPolicy.judge(
            facts(presence, volumes: [.data(.outdated, isCurrent: false)]) {
                $0.isForced = true
                $0.disability = "it failed"
            })
        #expect(verdict.claimRule == .person)
    }

    @Test(arguments: [PeerPresence.unknown, .absent])
    func notEvenForceTakesAnAddressThatAnswers(presence: PeerPresence) {
        let verdict = StartPolicy.judge(
            facts(presence) {
                $0.isForced = true
                $0.silence.probe = .answered("52:54:00:00:00:01")
            })
        #expect(verdict.isWaiting("52:54:00:00:00:01"))
    }
}
