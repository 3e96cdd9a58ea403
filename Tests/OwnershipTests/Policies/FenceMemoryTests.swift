import Ownership
import Testing

@Suite struct FenceMemoryTests {
    @Test(arguments: [[], ["x"], ["x", "y"], ["x", "x", "y"], ["x", "y", "x"]])
    func aNodeMayComeUpAfterResetsForDifferentReasons(reasons: [String]) {
        #expect(FenceMemory.staysDown(reasons) == nil)
    }

    @Test(arguments: [["x", "x"], ["y", "x", "x"], ["x", "x", "x"]])
    func twoResetsInARowForOneReasonKeepItDown(reasons: [String]) throws {
        let sentence = try #require(FenceMemory.staysDown(reasons))
        #expect(sentence.contains("because x"))
        #expect(sentence.contains("bascule clear"))
    }
}
