import ClusterModel
import Ownership
import Testing

@Suite struct VolumeReadinessTests {
    private static let useless: [CopyState] = [.unknown, .missing, .inconsistent, .outdated]

    private func isWaiting(_ readiness: VolumeReadiness, _ word: String) -> Bool {
        if case .waits(let what) = readiness { what.contains(word) } else { false }
    }

    private func unforced(_ facts: VolumeFacts) -> [VolumeReadiness] {
        [
            facts.readinessBesidePeer(Toy.b, isPeerReborn: false), facts.readinessBesidePeer(Toy.b, isPeerReborn: true),
            facts.readinessAfterPeer(Toy.b, hasLeft: false), facts.readinessAfterPeer(Toy.b, hasLeft: true),
            facts.readinessAlone(Toy.b),
        ]
    }

    // MARK: Whatever the peer does

    @Test func withoutItsEngineNoVolumeIsReady() {
        let facts = VolumeFacts.data(nil) { $0.isProven = true }
        for readiness in unforced(facts) + [facts.readinessByForce(Toy.b)] {
            #expect(isWaiting(readiness, "engine"))
        }
    }

    @Test(arguments: useless)
    func aCopyThatMayBeOlderIsNeverReadyByItself(copy: CopyState) {
        let facts = VolumeFacts.data(.leader.with { $0.copy = copy }) {
            $0.isProven = true
            $0.isPeerOutdated = true
        }
        for readiness in unforced(facts) { #expect(isWaiting(readiness, "volume data")) }
    }

    @Test(.tags(.r7), arguments: [VolumeReport.orphan, .proof, .follower])
    func aSplitBrainWaitsForAPersonWhateverElseIsProved(own: VolumeReport) {
        let facts = VolumeFacts.data(own.with { $0.isSplitBrain = true }) {
            $0.isProven = true
            $0.isPeerOutdated = true
        }
        for readiness in unforced(facts) { #expect(isWaiting(readiness, "R7")) }
    }

    @Test(.tags(.r2), arguments: [VolumeReport.orphan, .proof, .follower])
    func aCopyThatWasGivenUpWaitsForItsResync(own: VolumeReport) {
        let facts = VolumeFacts.data(own) {
            $0.isRenounced = true
            $0.isProven = true
            $0.isPeerOutdated = true
        }
        for readiness in unforced(facts) { #expect(isWaiting(readiness, "given up")) }
    }

    @Test(arguments: [
        (VolumeReport.target, VolumeReport.leader, "the resync (64 MiB to go)"),
        (.target, .target, "first-sync"),
        (.target.with { $0.replication = .disconnected }, .leader, "this copy is incomplete"),
        (.outdated, .leader, "this copy is older than its"),
        (.follower.with { $0.copy = .missing }, .leader, "a usable disk"),
    ])
    func theWaitIsNamedAfterItsCause(own: VolumeReport, peer: VolumeReport, words: String) {
        let facts = VolumeFacts.data(own, peer: peer)
        #expect(isWaiting(facts.readinessBesidePeer(Toy.b, isPeerReborn: false), words))
    }

    // MARK: Beside the peer

    @Test func inSyncAndConnectedIsReadyAtOnce() {
        #expect(
            VolumeFacts.data(.follower).readinessBesidePeer(Toy.b, isPeerReborn: false) == .ready(.ordinary))
    }

    @Test func connectedEnginesAreLeftToCompareTheirCopies() {
        let facts = VolumeFacts.data(.follower.with { $0.copy = .consistent })
        #expect(isWaiting(facts.readinessBesidePeer(Toy.b, isPeerReborn: false), "compare"))
    }

    @Test func aCopyThatIsNotKnownToBeCurrentWaitsForTheEngines() {
        let facts = VolumeFacts.data(.orphan, isCurrent: false) { $0.isPeerOutdated = true }
        #expect(isWaiting(facts.readinessBesidePeer(Toy.b, isPeerReborn: true), "may be newer"))
    }

    @Test(.tags(.r2)) func besideALivingPeerThatIsNotConnectedItsCopyIsOutdatedFirst() {
        #expect(VolumeFacts.data(.orphan).readinessBesidePeer(Toy.b, isPeerReborn: false) == .needsPeerOutdated)
        #expect(VolumeFacts.data(.booted).readinessBesidePeer(Toy.b, isPeerReborn: false) == .needsPeerOutdated)
    }

    @Test func whatThePeerConfirmedOrLostInItsRebootCountsAsDead() {
        let confirmed = VolumeFacts.data(.orphan) { $0.isPeerOutdated = true }
        #expect(confirmed.readinessBesidePeer(Toy.b, isPeerReborn: false) == .ready(.peerDead))
        #expect(VolumeFacts.data(.orphan).readinessBesidePeer(Toy.b, isPeerReborn: true) == .ready(.peerDead))
    }

    @Test func theEnginesOwnProofNeedsNoOneElse() {
        #expect(VolumeFacts.data(.proof).readinessBesidePeer(Toy.b, isPeerReborn: false) == .ready(.ordinary))
    }

    // MARK: After the peer

    @Test(arguments: [VolumeReport.orphan, .booted, .proof])
    func afterThePeerACurrentCopyIsReady(own: VolumeReport) {
        #expect(VolumeFacts.data(own).readinessAfterPeer(Toy.b, hasLeft: false) == .ready(.peerDead))
    }

    @Test(.tags(.r3), arguments: [VolumeReport.orphan, .booted])
    func afterThePeerACopyThatMayBeOldIsNot(own: VolumeReport) {
        let facts = VolumeFacts.data(own, isCurrent: false)
        #expect(isWaiting(facts.readinessAfterPeer(Toy.b, hasLeft: false), "nothing proves"))
        #expect(isWaiting(facts.readinessAfterPeer(Toy.b, hasLeft: true), "nothing proves"))
    }

    @Test func anEngineOfAPeerThatLeftGivesItsConsentItself() {
        #expect(VolumeFacts.data(.follower).readinessAfterPeer(Toy.b, hasLeft: true) == .ready(.ordinary))
        #expect(VolumeFacts.data(.orphan).readinessAfterPeer(Toy.b, hasLeft: true) == .ready(.peerDead))
    }

    // MARK: Alone since the boot

    @Test(.tags(.r1), arguments: [VolumeReport.orphan, .booted])
    func aloneACopyWithoutProofWaitsForThePeer(own: VolumeReport) {
        #expect(isWaiting(VolumeFacts.data(own).readinessAlone(Toy.b), "(R1)"))
    }

    @Test(
        .tags(.r1),
        arguments: [
            (VolumeReport.proof, false, PromotionBasis.ordinary), (.follower, false, .ordinary),
            (.booted, true, .peerDead), (.orphan, true, .peerDead),
        ])
    func aloneItIsReadyOnlyWithProofOrTheOtherEnginesConsent(own: VolumeReport, isProven: Bool, basis: PromotionBasis) {
        #expect(VolumeFacts.data(own) { $0.isProven = isProven }.readinessAlone(Toy.b) == .ready(basis))
    }

    @Test(.tags(.r1)) func ourRecordsDoNotOutweighAnEngineThatIsStillComparing() {
        let facts = VolumeFacts.data(.follower.with { $0.copy = .consistent }) { $0.isProven = true }
        #expect(isWaiting(facts.readinessAlone(Toy.b), "(R1)"))
    }

    // MARK: By force

    @Test(arguments: [CopyState.inconsistent, .outdated, .consistent, .upToDate])
    func aPersonMayForceAnyCopyThatCanBeRead(copy: CopyState) {
        let facts = VolumeFacts.data(.orphan.with { $0.copy = copy }) { $0.isRenounced = true }
        #expect(facts.readinessByForce(Toy.b) == .ready(.force))
    }

    @Test(arguments: [CopyState.unknown, .missing])
    func nobodyCanForceACopyThatIsNotThere(copy: CopyState) {
        #expect(isWaiting(VolumeFacts.data(.orphan.with { $0.copy = copy }).readinessByForce(Toy.b), "a usable disk"))
    }

    @Test func noForceIsUsedWhereNoneIsNeeded() {
        #expect(VolumeFacts.data(.follower).readinessByForce(Toy.b) == .ready(.ordinary))
    }

    // MARK: Words

    @Test(arguments: [
        (UInt64(0), "0 B"), (10_239, "10239 B"), (10_240, "10 KiB"), (10_485_759, "10239 KiB"),
        (10_485_760, "10 MiB"), (10_737_418_239, "10239 MiB"), (10_737_418_240, "10 GiB"), (1 << 44, "16384 GiB"),
    ])
    func bytesReadLikeNumbersOfAPerson(bytes: UInt64, text: String) {
        #expect(byteText(bytes) == text)
    }
}
