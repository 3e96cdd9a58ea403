import Simulator
import Testing

/// Every rule of the abstract pair is needed, and together they are enough.
@Suite struct ExhaustiveModelTests {
    @Test func noOrderOfThreeFaultsBreaksAPromise() {
        let result = ExhaustiveModel(ModelRules(), budget: 3).explore()
        print("exhaustive model, three faults: \(result.states) states")
        #expect(!result.isCutShort)
        #expect(result.states > 100_000, "the model has become too small to prove anything")
        #expect(
            result.counterExample == nil,
            "\(result.counterExample?.broken ?? ""): \(result.counterExample?.moves ?? [])")
    }

    @Test func noOrderOfTwoFaultsBreaksAPromiseWithoutAPingNode() {
        let result = ExhaustiveModel(ModelRules(hasPingNode: false), budget: 2).explore()
        #expect(!result.isCutShort)
        #expect(
            result.counterExample == nil,
            "\(result.counterExample?.broken ?? ""): \(result.counterExample?.moves ?? [])")
    }

    /// `goesOnUnasked` needs four faults, which takes longer than a test may: `simulate --exhaustive 4` shows it.
    @Test(arguments: ModelRules.Mutation.allCases.filter { $0 != .goesOnUnasked })
    func aRuleThatIsTakenAwayIsMissed(mutation: ModelRules.Mutation) {
        let result = ExhaustiveModel(ModelRules(without: mutation), budget: 3).explore()
        #expect(result.counterExample != nil, "\(mutation) is not noticed in \(result.states) states")
    }

    @Test func theCounterExampleOfAMissingFreezeIsAStory() throws {
        let result = ExhaustiveModel(ModelRules(without: .doesNotFreeze), budget: 3).explore()
        let example = try #require(result.counterExample)
        #expect(example.broken == "a copy that lacks acknowledged writes serves")
        #expect(
            example.moves.contains(.writeAlone(0)) && example.moves.contains { $0 == .takeOver(1) || $0 == .claim(1) })
    }
}
