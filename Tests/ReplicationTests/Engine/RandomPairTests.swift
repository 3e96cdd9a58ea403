import Testing

@testable import Replication

/// Lives of a pair drawn from seeds: whatever happens in whatever order, promises are kept and the copies become one.
@Suite struct RandomPairTests {
    @Test(arguments: 1...40) func aPairKeepsItsPromisesThroughARandomLife(seed: Int) throws {
        let life = try RandomLife(seed: UInt64(seed))
        do {
            try life.live(turns: 3000)
        } catch {
            Issue.record("\(error)")
            return
        }
        #expect(life.acknowledgedWrites > 50, "seed \(seed) hardly wrote anything")
    }
}
