import ClusterModel
import Ownership
import Testing

@Suite struct VolumeMemoryTests {
    private var memory = VolumeMemory()

    @Test mutating func aCopyInSyncIsCurrentAndStaysItWhenThePrimaryIsLost() {
        memory.ownReported(.follower)
        #expect(memory.isCurrent(.follower))
        #expect(memory.isCurrent(.orphan))
        #expect(memory.isCurrent(.booted))
    }

    @Test(.tags(.r1), arguments: [VolumeReport.orphan, .booted])
    mutating func aCopyThatWasNeverSeenInSyncIsNotCurrent(own: VolumeReport) {
        memory.ownReported(own)
        #expect(!memory.isCurrent(own))
    }

    @Test func theEnginesOwnProofIsEnough() {
        #expect(memory.isCurrent(.proof))
    }

    @Test mutating func whatThisNodeServedIsCurrent() {
        memory.ownReported(.solo)
        #expect(memory.isCurrent(.orphan))
    }

    @Test mutating func aPrimaryThatIsFrozenProvesNothingNew() {
        memory.ownReported(.frozen)
        #expect(!memory.isCurrent(.frozen))
    }

    @Test(arguments: [CopyState.outdated, .inconsistent, .missing])
    mutating func aCopyThatBecameWorseIsForgotten(copy: CopyState) {
        memory.ownReported(.follower)
        let worse = VolumeReport.follower.with { $0.copy = copy }
        memory.ownReported(worse)
        #expect(!memory.isCurrent(worse))
        #expect(!memory.isCurrent(.orphan))
    }

    @Test mutating func anEngineThatIsAwayOrHasNoOpinionChangesNothing() {
        memory.ownReported(.follower)
        memory.ownReported(nil)
        memory.ownReported(VolumeReport(copy: .unknown))
        memory.ownReported(.booted)
        #expect(!memory.isCurrent(nil))
        #expect(memory.isCurrent(.orphan))
    }

    @Test mutating func aSplitBrainIsNeverCurrent() {
        memory.ownReported(.follower)
        #expect(!memory.isCurrent(.orphan.with { $0.isSplitBrain = true }))
        #expect(!memory.isCurrent(.proof.with { $0.isSplitBrain = true }))
    }

    // MARK: The peer went on

    @Test(.tags(.r2), arguments: [VolumeReport.solo, .proof])
    mutating func aPeerThatWroteAloneMakesThisCopyOld(peer: VolumeReport) {
        memory.ownReported(.follower)
        memory.peerReported(peer, own: .orphan)
        #expect(memory.peerWentOn)
        #expect(!memory.isCurrent(.orphan))
        #expect(!memory.isCurrent(.proof))
    }

    @Test(arguments: [VolumeReport?.none, .frozen, .orphan, .leader, .outdated])
    mutating func aPeerThatDidNotWriteAloneChangesNothing(peer: VolumeReport?) {
        memory.ownReported(.follower)
        memory.peerReported(peer, own: .orphan)
        #expect(!memory.peerWentOn)
        #expect(memory.isCurrent(.orphan))
    }

    @Test(arguments: [VolumeReport.follower, .frozen, .solo])
    mutating func whileThisEngineIsConnectedOrPrimaryAnOldBeatOfThePeersDoesNotCount(own: VolumeReport) {
        memory.ownReported(.follower)
        memory.peerReported(.solo, own: own)
        #expect(memory.isCurrent(.orphan))
    }

    @Test mutating func onceInSyncAgainThePeersSoloIsOver() {
        memory.peerReported(.solo, own: .orphan)
        memory.ownReported(.target)
        #expect(memory.peerWentOn)
        memory.ownReported(.follower)
        #expect(!memory.peerWentOn)
        #expect(memory.isCurrent(.orphan))
    }

    @Test mutating func aCopyThatWasGivenUpIsNotCurrentUntilItIsInSyncAgain() {
        memory.ownReported(.follower)
        memory.gaveUp()
        #expect(!memory.isCurrent(.orphan))
        memory.ownReported(.follower)
        #expect(memory.isCurrent(.orphan))
    }
}
