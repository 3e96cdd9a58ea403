import ClusterModel
import Testing

@testable import Replication

/// Lives of a pair drawn from seeds: whatever happens in whatever order, promises are kept and the copies become one.
@Suite struct RandomPairTests {
    private func live(_ seed: Int, turns: Int, _ options: RandomLife.Options) throws {
        let life = try RandomLife(seed: UInt64(seed), options: options)
        do {
            try life.live(turns: turns)
        } catch {
            Issue.record("\(error)")
            return
        }
        #expect(life.acknowledgedWrites > 20, "seed \(seed) hardly wrote anything")
    }

    @Test(arguments: 1...40) func aPairKeepsItsPromisesThroughARandomLife(seed: Int) throws {
        try live(seed, turns: 3000, RandomLife.Options())
    }

    @Test(arguments: 1...12) func failingDisksCostNoPromise(seed: Int) throws {
        try live(seed, turns: 2500, RandomLife.Options(disksFail: true))
    }

    @Test(arguments: 1...20) func pausesAndPartingsCostNoPromise(seed: Int) throws {
        try live(seed, turns: 2500, RandomLife.Options(isMeddledWith: true))
    }

    @Test(arguments: 1...6) func aFullActivityLogCostsNoPromise(seed: Int) throws {
        let settings = VolumeSettings(activityLogSlots: 67, epochLinger: .milliseconds(500))
        try live(seed, turns: 2500, RandomLife.Options(settings: settings, deviceBytes: 400 << 20))
    }
}
