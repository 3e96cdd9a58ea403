import ClusterModel
import Ownership
import Testing

/// Starts while the peer is heard, and everything that holds whatever it does.
@Suite struct StartPolicyTests {
    private func facts(
        _ group: GroupDefinition = Toy.plain(), _ report: GroupReport? = GroupReport(group: Toy.web),
        _ edit: (inout StartFacts) -> Void = { _ in }
    ) -> StartFacts {
        var facts = StartFacts(group: group, me: Toy.a, peer: Toy.b, report: report, silence: SilenceFacts())
        edit(&facts)
        return facts
    }

    // MARK: The peer has it, or may have

    @Test(arguments: [GroupReport.Phase.starting, .serving, .stopping, .claiming])
    func whatThePeerRunsOrClaimsIsThePeers(phase: GroupReport.Phase) {
        let report = GroupReport(group: Toy.web, phase: phase, isAble: false)
        #expect(StartPolicy.judge(facts(Toy.plain(), report) { $0.isForced = true }) == .leaveToPeer)
    }

    @Test(.tags(.r6)) func whatThePeerCouldNotStopIsNotStartedHereEvenByForce() {
        let report = GroupReport(group: Toy.web, phase: .stuck)
        #expect(StartPolicy.judge(facts(Toy.plain(), report) { $0.isForced = true }).isWaiting("could not stop it"))
    }

    @Test func aPeerThatDoesNotKnowTheGroupIsWaitedFor() {
        #expect(StartPolicy.judge(facts(Toy.plain(), nil)).isWaiting("configurations differ"))
    }

    // MARK: Nobody has it

    @Test func thePreferredNodeClaimsAndTheOtherLeavesItToIt() {
        #expect(StartPolicy.judge(facts()).claimRule == .agreement)
        #expect(StartPolicy.judge(facts(Toy.plain(preferred: Toy.b))).isWaiting("its preferred node, to start it"))
    }

    @Test func theOtherClaimsWhatThePreferredNodeCannotStart() {
        let report = GroupReport(group: Toy.web, isAble: false)
        #expect(StartPolicy.judge(facts(Toy.plain(preferred: Toy.b), report)).claimRule == .agreement)
    }

    @Test func aPreferredNodeThatHasJustComeIsGivenTimeToGetReady() {
        let report = GroupReport(group: Toy.web, isAble: false)
        func judge(age: Duration) -> StartPolicy.Verdict {
            StartPolicy.judge(
                facts(Toy.plain(preferred: Toy.b), report) {
                    $0.peerPhase = .starting
                    $0.peerAge = age
                })
        }
        #expect(judge(age: StartPolicy.settling - .nanoseconds(1)).isWaiting("to get ready"))
        #expect(judge(age: StartPolicy.settling).claimRule == .agreement)
    }

    @Test func whatThePeerOffersIsTakenUnderItsEpoch() {
        let report = GroupReport(group: Toy.web, wish: .takeIt, epoch: Epoch(17))
        guard case .take(let epoch, let decision) = StartPolicy.judge(facts(Toy.plain(preferred: Toy.b), report)) else {
            Issue.record("it was not taken")
            return
        }
        #expect(epoch == Epoch(17))
        #expect(decision.rule == .agreement)
    }

    @Test func aNodeThatIsNotActiveOffersItOrIsAskedForItDoesNotStartIt() {
        #expect(StartPolicy.judge(facts { $0.isActive = false }) == .leaveToPeer)
        #expect(StartPolicy.judge(facts { $0.isOffered = true }) == .leaveToPeer)
        #expect(StartPolicy.judge(facts(Toy.plain(), .init(group: Toy.web, wish: .giveItToMe))) == .leaveToPeer)
    }

    @Test func aNodeThatFailedToStartItWaitsForAPersonUnlessThePeerCan() {
        #expect(StartPolicy.judge(facts { $0.disability = "apache2 failed" }) == .leaveToPeer)
        let report = GroupReport(group: Toy.web, isAble: false)
        #expect(StartPolicy.judge(facts(Toy.plain(), report) { $0.disability = "apache2 failed" }).isWaiting("apache2"))
        let forced = facts(Toy.plain(), report) {
            $0.disability = "apache2 failed"
            $0.isForced = true
        }
        #expect(StartPolicy.judge(forced).claimRule == .person)
    }

    @Test func aPeerThatRebootedUnderTheGroupIsNotYieldedTo() {
        let reborn = facts(Toy.plain(preferred: Toy.b)) { $0.isPeerReborn = true }
        #expect(StartPolicy.judge(reborn).claimRule == .agreement)
    }

    // MARK: With volumes

    @Test(.tags(.r2)) func withoutReplicationThePeersCopyIsOutdatedBeforeTheClaim() {
        let alone = facts(Toy.replicated()) { $0.volumes = [.data(.orphan, peer: .orphan)] }
        #expect(StartPolicy.judge(alone) == .requestOutdate([Toy.data], "serv-b to mark its copy outdated"))
        let confirmed = facts(Toy.replicated()) {
            $0.volumes = [.data(.orphan, peer: .outdated) { $0.isPeerOutdated = true }]
        }
        #expect(StartPolicy.judge(confirmed).claimRule == .agreement)
    }

    @Test func thePreferredNodesCopyIsNotOutdatedByANodeThatYieldsToIt() {
        let alone = facts(Toy.replicated(preferred: Toy.b)) { $0.volumes = [.data(.orphan, peer: .orphan)] }
        #expect(StartPolicy.judge(alone).isWaiting("its preferred node"))
    }

    @Test func aNodeWhoseCopyIsResynchronisingLeavesItToThePeerThatHasAGoodOne() {
        let target = facts(Toy.replicated()) { $0.volumes = [.data(.target, peer: .follower, isCurrent: false)] }
        #expect(StartPolicy.judge(target) == .leaveToPeer)
        let report = GroupReport(group: Toy.web, isAble: false)
        let nobody = facts(Toy.replicated(), report) { $0.volumes = [.data(.target, peer: .follower)] }
        #expect(StartPolicy.judge(nobody).isWaiting("the resync"))
    }

    @Test(.tags(.r7)) func aSplitBrainIsLeftToAPerson() {
        let split = VolumeReport.orphan.with {
            $0.isSplitBrain = true
            $0.replication = .standAlone
        }
        let verdict = StartPolicy.judge(facts(Toy.replicated()) { $0.volumes = [.data(split, peer: split)] })
        #expect(verdict.isWaiting("R7"))
    }

    // MARK: The basis of a promotion

    @Test(arguments: [
        (PeerPresence.present, VolumeReadiness.needsPeerOutdated), (.dead, .ready(.peerDead)),
        (.left, .ready(.peerDead)),
    ])
    func aVolumeIsPromotedOnTheBasisThatThePeersPresenceAllows(presence: PeerPresence, readiness: VolumeReadiness) {
        #expect(StartPolicy.readiness(of: .data(.orphan), facts { $0.presence = presence }) == readiness)
    }

    @Test(.tags(.r1), arguments: [PeerPresence.absent, .unknown])
    func aVolumeIsNotPromotedAloneWithoutProof(presence: PeerPresence) {
        let facts = facts { $0.presence = presence }
        #expect(StartPolicy.readiness(of: .data(.proof), facts) == .ready(.ordinary))
        guard case .waits = StartPolicy.readiness(of: .data(.orphan), facts) else {
            Issue.record("promoted without proof")
            return
        }
    }

    @Test func aForcedGroupForcesItsVolumes() {
        #expect(StartPolicy.readiness(of: .data(.outdated), facts { $0.isForced = true }) == .ready(.force))
    }
}

extension StartPolicy.Verdict {
    /// The rule of a claim; nil: it is none.
    var claimRule: Rule? {
        if case .claim(let decision) = self { decision.rule } else { nil }
    }

    func isWaiting(_ words: String) -> Bool {
        if case .wait(let what) = self { what.contains(words) } else { false }
    }
}
