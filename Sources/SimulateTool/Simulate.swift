import ArgumentParser
import ClusterModel
import Simulator

/// `simulate`: plays whole pairs in virtual time, from a seed.
@main
struct Simulate: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "simulate",
        abstract: "Plays a pair of nodes in virtual time and watches its promises.",
        discussion: """
            Each seed is one pair, one plan of faults, and a calm after which the pair must have converged. The same seed \
            gives the same digest on every machine. Exit code 0: every promise was kept; 1: one was broken, and the \
            output tells how and how to see it again; 64: the command line is wrong.
            """)

    @Option(help: "The first seed.")
    var seed: UInt64 = 1
    @Option(help: "How many seeds, counted upwards from the first.")
    var seeds: UInt64 = 1
    @Flag(help: "Go on with the next seed until something breaks.")
    var forever = false
    @Option(help: "How long faults happen in each run, in hours of virtual time.")
    var virtualHours = 0.25
    @Option(help: "Only these kinds of faults, separated by commas.")
    var faults: String?
    @Option(help: "Play a named scenario instead; `list` names them.")
    var scenario: String?
    @Option(help: "Break a core on purpose, to see that the checkers notice; `list` names the ways.")
    var sabotage: String?
    @Flag(help: "Tell what happens.")
    var trace = false
    @Flag(help: "Tell also of every beat, packet and timer.")
    var detailed = false
    @Option(help: "How many lines of the story are kept.")
    var lines = 400
    @Flag(help: "Do not look for a shorter story.")
    var noShrinking = false

    @Option(help: "Explore the abstract model completely with this many faults instead.")
    var exhaustive: UInt8?
    @Option(help: "Take one rule out of the abstract model.")
    var without: String?

    func validate() throws {
        guard exhaustive ?? 0 < 8 else { throw ValidationError("--exhaustive is at most 7") }
        if let without, ModelRules.Mutation(rawValue: without) == nil {
            let names = ModelRules.Mutation.allCases.map(\.rawValue).joined(separator: ", ")
            throw ValidationError("there is no rule '\(without)'; there are: \(names)")
        }
        guard (0.001...10_000).contains(virtualHours) else {
            throw ValidationError("--virtual-hours is between 0.001 and 10000")
        }
        guard seeds > 0 else { throw ValidationError("--seeds is at least 1") }
        for kind in kinds ?? [] where !Fault.allKinds.contains(kind) {
            throw ValidationError("there is no fault '\(kind)'; there are: \(Fault.allKinds.joined(separator: ", "))")
        }
        if let sabotage, sabotage != "list", Sabotage(rawValue: sabotage) == nil {
            throw ValidationError("there is no sabotage '\(sabotage)'; --sabotage list names them")
        }
    }

    func run() throws {
        if scenario == "list" { return Scenario.all.forEach { print("\($0.name): \($0.story)") } }
        if sabotage == "list" { return Sabotage.allCases.forEach { print($0.rawValue) } }
        if let exhaustive { return try explore(exhaustive) }
        if let scenario { return try play(scenario) }
        var report = Report()
        var next = seed
        while forever || next - seed < seeds {
            let plan = FaultPlan(seed: next, faultsFor: faultTime, kinds: kinds)
            try play(plan, "seed \(next)", replay: replayLine(next), &report)
            next += 1
        }
        report.printSummary()
    }

    private var kinds: [String]? { faults?.split(separator: ",").map(String.init) }
    private var faultTime: Duration { .milliseconds(Int64(virtualHours * 3_600_000)) }
    private var chosenSabotage: Sabotage? { sabotage.flatMap(Sabotage.init(rawValue:)) }

    private func replayLine(_ seed: UInt64) -> String {
        var line = "swift run simulate --seed \(seed) --virtual-hours \(virtualHours)"
        if let faults { line += " --faults \(faults)" }
        if let sabotage { line += " --sabotage \(sabotage)" }
        return line + " --trace"
    }

    private func explore(_ budget: UInt8) throws {
        let rules = ModelRules(without: without.flatMap(ModelRules.Mutation.init(rawValue:)))
        let result = ExhaustiveModel(rules, budget: budget).explore()
        print("\(result.states) states\(result.isCutShort ? ", cut short" : "")")
        guard let example = result.counterExample else { return }
        example.moves.forEach { print("  \($0)") }
        print("VIOLATION \(example.broken)")
        throw ExitCode(1)
    }

    private func play(_ name: String) throws {
        guard let scenario = Scenario.all.first(where: { $0.name == name }) else {
            throw ValidationError("there is no scenario '\(name)'; --scenario list names them")
        }
        var report = Report()
        var plan = scenario.plan
        plan.settings.seed = seed
        let line = "swift run simulate --scenario \(name) --seed \(seed) --trace"
        try play(plan, "scenario \(name)", replay: line, &report)
        report.printSummary()
    }

    private func play(_ plan: FaultPlan, _ title: String, replay: String, _ report: inout Report) throws {
        let story = Trace(isOn: trace, capacity: lines, isDetailed: detailed)
        let outcome = Simulation(plan, sabotage: chosenSabotage).run(trace: story)
        story.story.forEach { print($0) }
        report.add(outcome)
        print(
            "\(title): digest \(outcome.digest), \(outcome.events) events, \(outcome.acknowledged) writes acknowledged, "
                + "\(outcome.reads) read, \(outcome.unanswered) unanswered")
        guard let violation = outcome.violation else { return }
        print("VIOLATION \(violation)")
        if !noShrinking, !trace { tellShortest(plan, violation) }
        print("replay: \(replay)")
        throw ExitCode(1)
    }

    /// Looks for a shorter story and tells it.
    private func tellShortest(_ plan: FaultPlan, _ violation: Violation) {
        let shortest = Shrinker(sabotage: chosenSabotage).shortest(plan, breaking: violation)
        print("the shortest story found (\(plan.settings)):")
        shortest.plan.faults.forEach { print("  \($0)") }
        let story = Trace(isOn: true, capacity: lines)
        _ = Simulation(shortest.plan, sabotage: chosenSabotage).run(trace: story)
        story.story.suffix(lines).forEach { print("  \($0)") }
        print("VIOLATION \(shortest.violation)")
    }
}
