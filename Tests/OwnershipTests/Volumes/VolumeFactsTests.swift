import ClusterModel
import Ownership
import Testing

@Suite struct VolumeFactsTests {
    @Test(arguments: [
        (VolumeReport.Replication.standAlone, false), (.disconnected, false), (.connected, true),
        (.resyncSource, true), (.resyncTarget, true),
    ])
    func enginesThatResynchroniseAreConnected(replication: VolumeReport.Replication, isConnected: Bool) {
        let report = VolumeReport.orphan.with { $0.replication = replication }
        #expect(report.isConnected == isConnected)
        #expect(VolumeFacts.data(report).isConnected == isConnected)
    }

    @Test(arguments: [
        (VolumeReport.leader, true), (.solo, true), (.follower, false), (.frozen, false),
        (.leader.with { $0.copy = .inconsistent }, false),
    ])
    func itServesWhatIsPrimaryCurrentAndNotFrozen(report: VolumeReport, isServing: Bool) {
        #expect(VolumeFacts.data(report, peer: nil).isServedHere == isServing)
        #expect(VolumeFacts.data(nil, peer: report).isServedThere == isServing)
    }

    @Test func withoutAnEngineNothingIsConnectedOrServed() {
        let facts = VolumeFacts.data(nil)
        #expect(!facts.isConnected && !facts.isServedHere && !facts.isServedThere)
    }

    @Test(arguments: [
        (CopyState.unknown, false), (.missing, true), (.inconsistent, true), (.outdated, true), (.consistent, false),
        (.upToDate, false),
    ])
    func aCopyIsUselessAloneOnlyWhereThatIsKnown(copy: CopyState, isUseless: Bool) {
        let report = VolumeReport.orphan.with { $0.copy = copy }
        #expect(report.isUselessAlone == isUseless)
        #expect(!report.with { $0.replication = .connected }.isUselessAlone)
    }

    @Test(arguments: [
        (CopyState.unknown, false), (.missing, true), (.inconsistent, true), (.outdated, true), (.consistent, false),
        (.upToDate, false),
    ])
    func itIsProofOnlyWhereThePeersCopyIsKnownToBeNoBetter(peerCopy: CopyState, isProof: Bool) {
        let report = VolumeReport.orphan.with { $0.peerCopy = peerCopy }
        #expect(report.isProof == isProof)
        #expect(!report.with { $0.copy = .consistent }.isProof)
    }

    @Test(arguments: [
        (VolumeReport.solo, true), (.frozen, false), (.leader, false), (.proof, false),
    ])
    func onlyAPrimaryThatWritesWithoutItsPeerGoesOnAlone(report: VolumeReport, goesOn: Bool) {
        #expect(report.goesOnAlone == goesOn)
    }
}
