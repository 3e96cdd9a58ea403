import ArgumentParser
import Control
import Foundation
import Lab

/// The paper's §3.5 and §4.3, played and told.
struct Demo: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Play a fail-over with data and tell the story; the last line is one JSON object of measurements.")

    @Flag(help: "Leave the pair running at the end and say how to look around.") var keep = false
    @Flag(help: "Use the paper's timing (keepalive 2 s, deadtime 10 s) instead of 100 ms and 500 ms.") var paperTiming =
        false
    @Option(help: "Size of each node's disk in MiB.") var diskMebibytes: UInt64 = 256
    @Option(help: "The project's scripts folder.") var scripts: String

    func run() throws {
        try Leftovers.remove()
        var settings = paperTiming ? PairSettings.paper : PairSettings()
        settings.diskBytes = diskMebibytes << 20
        let binaries = URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath()
            .deletingLastPathComponent()
        let pair = try Pair(settings, programs: Programs(binaries: binaries.path, scripts: scripts))
        Interruption.clean { pair.remove() }
        defer { if !keep { pair.remove() } }
        let story = Story(pair: pair)
        do {
            let measured = try story.play()
            if keep { story.explainHowToLookAround() }
            print(try measured.line())
        } catch {
            story.tell("the demo failed: \(error)\n\(pair.lastLines)")
            throw ExitCode.failure
        }
        if keep { pause() }
    }
}

/// Ctrl-C and SIGTERM take the lab away before the process ends.
enum Interruption {
    // Set once before any signal can arrive, and only read by the one thread that waits for them.
    static func clean(_ action: @escaping () -> Void) {
        let sources = [SIGINT, SIGTERM, SIGHUP].map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler {
                action()
                exit(130)
            }
            source.resume()
            return source
        }
        withExtendedLifetime(sources) {}
        kept = sources
    }

    private nonisolated(unsafe) static var kept: [any DispatchSourceSignal] = []  // keeps them alive; never read
}

/// What the demo measured: the last line of its output.
struct Measurements: Encodable {
    var takeoverMilliseconds = 0
    var standbyOutageMilliseconds = 0
    var acknowledgedWrites = 0
    var lostWrites = 0
    var initialSyncBytes: UInt64 = 0
    var resyncBytes: UInt64 = 0
    var disksIdentical = false

    enum CodingKeys: String, CodingKey {
        case takeoverMilliseconds = "takeover_ms"
        case standbyOutageMilliseconds = "standby_outage_ms"
        case acknowledgedWrites = "acknowledged_writes"
        case lostWrites = "lost_writes"
        case initialSyncBytes = "initial_sync_bytes"
        case resyncBytes = "resync_bytes"
        case disksIdentical = "disks_identical"
    }

    func line() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        return String(decoding: try encoder.encode(self), as: UTF8.self)
    }
}
