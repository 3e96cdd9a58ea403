import ArgumentParser
import ClusterModel
import Control
import Foundation
import Lab

/// Measures what the project promises, each figure beside a peer or a bound in the same run.
struct Bench: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Measure take-over, footprint, block throughput and resync; prints ratios, asserts nothing.",
        discussion: "Parts: takeover, footprint, nbd, resync. Machines are noisy: compare within one run.")

    @Argument(help: "Which parts; all when left out.") var parts: [String] = []
    @Option(help: "The project's scripts folder.") var scripts: String
    @Option(help: "Seconds of each fio run.") var seconds = 5

    static let known = ["footprint", "nbd", "resync", "takeover"]

    func validate() throws {
        for part in parts where !Self.known.contains(part) {
            throw ValidationError("\"\(part)\" is none of \(Self.known.joined(separator: ", "))")
        }
    }

    func run() throws {
        try Leftovers.remove()
        let binaries = URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath()
            .deletingLastPathComponent()
        let programs = Programs(binaries: binaries.path, scripts: scripts)
        for part in parts.isEmpty ? Self.known : parts {
            switch part {
            case "footprint": try FootprintBench(programs: programs).run()
            case "nbd": try BlockBench(programs: programs, seconds: seconds).run()
            case "resync": try ResyncBench(programs: programs).run()
            default: try TakeoverBench(programs: programs).run()
            }
        }
    }

    static func row(_ name: String, _ value: String, _ bound: String) {
        print(
            name.padding(toLength: 46, withPad: " ", startingAt: 0),
            value.padding(toLength: 22, withPad: " ", startingAt: 0), bound)
    }
}

/// A pair that serves, for benches.
enum BenchPair {
    static func with(_ settings: PairSettings, _ programs: Programs, _ body: (Pair) throws -> Void) throws {
        let pair = try Pair(settings, programs: programs)
        Interruption.clean { pair.remove() }
        defer { pair.remove() }
        try PairPreparation.prepare(pair)
        for node in pair.nodes { try node.powerOn() }
        if settings.hasVolume {
            try pair.wait(for: "the engines to connect", on: pair.a) { $0.volumes.first?.connection == .connected }
            try pair.a.run("bascule", "volume", "first-sync", "data", "--from", "this-node", "--yes")
            try pair.wait(for: "both copies UpToDate", on: pair.a, within: 300) {
                $0.volumes.first.map(PairStatus.isInSync) ?? false
            }
        }
        try pair.wait(for: "the group web", on: pair.a) { PairStatus.serves($0, "web") }
        try body(pair)
    }
}
