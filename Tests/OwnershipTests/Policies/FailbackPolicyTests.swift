import ClusterModel
import Ownership
import Testing

@Suite struct FailbackPolicyTests {
    private func movesBack(
        _ choice: AutoFailback, refusals: [String] = [], isPinned: Bool = false, peerAge: Int64 = 30,
        volumes: [VolumeFacts] = [.data(.leader, peer: .follower)]
    ) -> Bool {
        FailbackPolicy.movesBack(
            choice: choice, refusals: refusals, isPinned: isPinned, peerAge: .seconds(peerAge), patience: .seconds(30),
            allVolumes: volumes)
    }

    @Test(arguments: [(AutoFailback.on, true), (.off, false), (.afterResync, true)])
    func theOwnersChoiceDecides(choice: AutoFailback, moves: Bool) {
        #expect(movesBack(choice) == moves)
    }

    @Test(arguments: AutoFailback.allCases)
    func aRefusalAPinOrAPeerThatHasJustComeKeepItHere(choice: AutoFailback) {
        #expect(!movesBack(choice, refusals: ["a resync is under way"]))
        #expect(!movesBack(choice, isPinned: true))
        #expect(!movesBack(choice, peerAge: 29))
    }

    @Test(arguments: [
        VolumeFacts.data(.leader.with { $0.replication = .resyncSource }, peer: .follower),
        .data(.leader, peer: .target), .data(.leader, peer: nil), .data(nil, peer: .follower),
        .data(.leader.with { $0.copy = .inconsistent }, peer: .follower),
    ])
    func afterResyncWaitsForEveryVolumeOfThePair(volume: VolumeFacts) {
        let volumes = [.data(.leader, peer: .follower), volume]
        #expect(!movesBack(.afterResync, volumes: volumes))
        #expect(movesBack(.on, volumes: volumes))
    }
}
