import ClusterModel
import Ownership
import Testing

@Suite(.tags(.r2)) struct FencingPolicyTests {
    private typealias Facts = FencingPolicy.Facts

    private func facts(
        _ volume: VolumeFacts, _ presence: PeerPresence, _ edit: (inout Facts) -> Void = { _ in }
    ) -> Facts {
        var facts = Facts(volume: volume, me: Toy.a, peer: Toy.b, presence: presence)
        edit(&facts)
        return facts
    }

    private func order(_ action: FencingPolicy.Action) -> VolumeOrder? {
        if case .order(let order, _) = action { order } else { nil }
    }

    private func rule(_ action: FencingPolicy.Action) -> Rule? {
        switch action {
        case .order(_, let decision), .renounce(let decision): decision.rule
        case .requestOutdate, .nothing: nil
        }
    }

    // MARK: The frozen owner

    @Test func whileThePeerLivesItIsAskedAndNothingIsWritten() {
        #expect(FencingPolicy.action(facts(.data(.frozen), .present)) == .requestOutdate)
    }

    @Test func whenThePeerConfirmedThatItsCopyIsOutdatedWritesGoOn() {
        let confirmed = VolumeFacts.data(.frozen, peer: .outdated) { $0.isPeerOutdated = true }
        let action = FencingPolicy.action(facts(confirmed, .present))
        #expect(order(action) == .resumePeerOutdated)
        #expect(rule(action) == .r2)
    }

    @Test(arguments: [PeerPresence.dead, .absent, .unknown])
    func inSilenceWritesStayFrozenUntilThisNodeWasGrantedToGoOnAlone(presence: PeerPresence) {
        #expect(FencingPolicy.action(facts(.data(.frozen), presence)) == .nothing)
    }

    @Test(.tags(.r4), arguments: [PeerPresence.dead, .absent])
    func grantedToGoOnAloneItWritesAsThePeerIsDead(presence: PeerPresence) {
        let action = FencingPolicy.action(facts(.data(.frozen), presence) { $0.isGoingOnAlone = true })
        #expect(order(action) == .resumePeerDead)
        #expect(rule(action) == .r4)
    }

    @Test(.tags(.r4), arguments: [PeerPresence.unknown, .present])
    func theGrantOfASilenceDoesNotOutliveIt(presence: PeerPresence) {
        let action = FencingPolicy.action(facts(.data(.frozen), presence) { $0.isGoingOnAlone = true })
        #expect(order(action) == nil)
    }

    @Test func aConfirmationFromBeforeTheSilenceIsNotEnoughInIt() {
        let confirmed = VolumeFacts.data(.frozen, peer: .outdated) { $0.isPeerOutdated = true }
        #expect(FencingPolicy.action(facts(confirmed, .dead)) == .nothing)
    }

    @Test func aPeerThatLeftInOrderHoldsNothingUp() {
        #expect(order(FencingPolicy.action(facts(.data(.frozen), .left))) == .resumePeerDead)
    }

    @Test(arguments: [PeerPresence.present, .dead, .absent, .unknown])
    func aGroupThatIsBeingStoppedGivesItsFrozenWritesUp(presence: PeerPresence) {
        let action = FencingPolicy.action(facts(.data(.frozen), presence) { $0.isStopping = true })
        #expect(order(action) == .abandonFrozenWrites)
    }

    @Test func whereWritesMayGoOnTheyAreNotGivenUpForAStop() {
        let confirmed = VolumeFacts.data(.frozen, peer: .outdated) { $0.isPeerOutdated = true }
        #expect(order(FencingPolicy.action(facts(confirmed, .present) { $0.isStopping = true })) == .resumePeerOutdated)
    }

    @Test(arguments: [PeerPresence.present, .dead, .absent, .unknown, .left])
    func aPrimaryThatIsNotFrozenNeedsNothingAndNeverOutdatesItself(presence: PeerPresence) {
        let action = FencingPolicy.action(
            facts(.data(.leader, peer: .solo) { $0.isRenounced = true }, presence) { $0.isOutdateRequested = true })
        #expect(action == .nothing)
    }

    // MARK: The standby

    @Test(arguments: [VolumeReport.orphan, .booted])
    func aSecondaryThatIsAskedMarksItsCopyOutdated(own: VolumeReport) {
        let action = FencingPolicy.action(facts(.data(own), .present) { $0.isOutdateRequested = true })
        #expect(order(action) == .outdate)
        #expect(rule(action) == .r2)
    }

    @Test func aSecondaryThatSeesThePeerWriteAloneMarksItsCopyOutdatedUnasked() {
        #expect(order(FencingPolicy.action(facts(.data(.orphan, peer: .solo), .present))) == .outdate)
        #expect(FencingPolicy.action(facts(.data(.orphan, peer: .frozen), .present)) == .nothing)
    }

    @Test func whatThePeerSaidBeforeItFellSilentOutdatesNothing() {
        #expect(FencingPolicy.action(facts(.data(.orphan, peer: .solo), .dead)) == .nothing)
    }

    @Test func aCopyThatWasGivenUpWithoutItsEngineIsMarkedWhenTheEngineIsThere() {
        let given = VolumeFacts.data(.booted) { $0.isRenounced = true }
        #expect(order(FencingPolicy.action(facts(given, .dead))) == .outdate)
    }

    @Test(arguments: [VolumeReport.outdated, .follower, .target])
    func aCopyThatIsOutdatedAlreadyOrFollowsIsNotMarked(own: VolumeReport) {
        let action = FencingPolicy.action(
            facts(.data(own, peer: .solo) { $0.isRenounced = true }, .present) { $0.isOutdateRequested = true })
        #expect(action == .nothing)
    }

    @Test func aNodeThatMayRunTheGroupItselfDoesNotOutdateItsCopy() {
        let action = FencingPolicy.action(
            facts(.data(.orphan, peer: .solo), .present) {
                $0.isOutdateRequested = true
                $0.mayRun = true
            })
        #expect(action == .nothing)
    }

    // MARK: No engine

    @Test func withoutItsEngineTheCopyIsGivenUpInTheRecords() {
        let action = FencingPolicy.action(facts(.data(nil), .present) { $0.isOutdateRequested = true })
        guard case .renounce(let decision) = action else {
            Issue.record("not given up: \(action)")
            return
        }
        #expect(decision.rule == .r2)
    }

    @Test(arguments: [(false, false, false), (true, true, false), (true, false, true)])
    func itIsGivenUpOnceAndOnlyWhenAskedAndNothingRunsHere(isRequested: Bool, mayRun: Bool, isRenounced: Bool) {
        let action = FencingPolicy.action(
            facts(.data(nil) { $0.isRenounced = isRenounced }, .present) {
                $0.isOutdateRequested = isRequested
                $0.mayRun = mayRun
            })
        #expect(action == .nothing)
    }
}
