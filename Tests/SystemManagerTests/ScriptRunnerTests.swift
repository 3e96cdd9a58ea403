import ClusterModel
import Foundation
import LinuxIO
import Testing

@testable import SystemManager

/// Real scripts, really run.
@Suite struct ScriptRunnerTests {
    /// A script in a folder of its own, which is removed at the end.
    private final class Script {
        let loop: EventLoop
        let folder: URL
        let runner: ScriptRunner
        var lateLines: [String] = []

        init(_ body: String, arguments: [String] = []) throws {
            loop = try EventLoop()
            folder = FileManager.default.temporaryDirectory.appendingPathComponent("bascule-\(UUID().uuidString)")
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            let file = folder.appendingPathComponent("script")
            try ("#!/bin/sh\n" + body).write(to: file, atomically: false, encoding: .utf8)
            var heard: (String) -> Void = { _ in }
            // Through the shell: a file just written cannot be executed while another test's child, between fork and exec,
            // still holds a copy of the descriptor that wrote it.
            runner = ScriptRunner(
                ScriptResource(path: "/bin/sh", arguments: [file.path] + arguments), on: loop, onLateLine: { heard($0) }
            )
            heard = { [unowned self] in lateLines.append($0) }
        }

        deinit {
            do { try FileManager.default.removeItem(at: folder) } catch { Issue.record(error) }
        }

        func run(_ action: ScriptAction, timeout: Duration = .seconds(5)) throws -> ScriptReport {
            var reports: [ScriptReport] = []
            runner.run(action, timeout: timeout) { reports.append($0) }
            #expect(reports.isEmpty, "a completion never comes inside the call")
            #expect(try loop.run(until: { !reports.isEmpty }, within: .seconds(10)))
            return try #require(reports.first)
        }
    }

    @Test func theActionComesAfterTheConfiguredArguments() throws {
        let script = try Script("echo \"$# $*\"", arguments: ["192.0.2.1/24", "two words"])
        for action in ScriptAction.allCases {
            let report = try script.run(action)
            #expect(report.outcome == .succeeded)
            #expect(report.lines == ["3 192.0.2.1/24 two words \(action.rawValue)"])
        }
    }

    @Test func aServiceIsStartedAskedAndStopped() throws {
        let script = try Script(
            """
            flag=$(dirname $0)/running
            case $1 in
            start) touch $flag ;;
            stop) rm -f $flag ;;
            status) if [ -e $flag ]; then echo running; else echo stopped; exit 3; fi ;;
            esac
            """)
        #expect(try script.run(.status).status == .stopped)
        #expect(try script.run(.start).outcome == .succeeded)
        let report = try script.run(.status)
        #expect(report.status == .running)
        #expect(report.outcome == .succeeded)
        #expect(try script.run(.stop).outcome == .succeeded)
        #expect(try script.run(.status).status == .stopped)
    }

    /// As the paper's script for MySQL does: the words decide, the exit code is always 0.
    @Test func aScriptThatOnlySpeaksIsUnderstood() throws {
        let script = try Script("echo stopped; exit 0")
        #expect(try script.run(.status).status == .stopped)
    }

    @Test func aFailureIsReportedWithItsCodeAndWordsInOrder() throws {
        let script = try Script("echo one; echo two >&2; echo three; exit 7")
        let report = try script.run(.start)
        #expect(report.outcome == .failed(exitCode: 7))
        #expect(report.lines == ["one", "two", "three"])
        #expect(report.status == nil)
        #expect("\(report.outcome)" == "failed with exit code 7")
    }

    @Test func aHangingScriptIsEndedWithItsChildren() throws {
        let script = try Script("sleep 1000 & echo $! > $(dirname $0)/child; wait")
        let began = script.loop.now
        let report = try script.run(.start, timeout: .milliseconds(200))
        #expect(report.outcome == .timedOut(after: .milliseconds(200)))
        #expect(script.loop.now - began < .seconds(4))
        let text = try String(contentsOf: script.folder.appendingPathComponent("child"), encoding: .utf8)
        let child = try #require(pid_t(text.trimmingCharacters(in: .whitespacesAndNewlines)))
        var isGone = false
        for _ in 0..<200 where !isGone {
            // No file: gone. A zombie that waits for its reaper is as good as gone.
            let state = (try? String(contentsOfFile: "/proc/\(child)/stat", encoding: .utf8)) ?? ") Z"
            isGone = state.contains(") Z")
            usleep(5000)
        }
        #expect(isGone)
    }

    @Test func aScriptThatIgnoresThePoliteEndIsKilled() throws {
        let script = try Script("trap '' TERM; while :; do sleep 0.05; done")
        let report = try script.run(.stop, timeout: .milliseconds(100))
        #expect(report.outcome == .timedOut(after: .milliseconds(100)))
        #expect(report.took < .seconds(5))
    }

    @Test(arguments: [("/etc/passwd", EACCES), ("/nonexistent/script", ENOENT)])
    func aFileThatCannotRunIsNamed(path: String, errno: Int32) throws {
        let loop = try EventLoop()
        let runner = ScriptRunner(ScriptResource(path: path), on: loop)
        var reports: [ScriptReport] = []
        runner.run(.start, timeout: .seconds(5)) { reports.append($0) }
        #expect(try loop.run(until: { !reports.isEmpty }, within: .seconds(5)))
        guard case .notStarted(let error)? = reports.first?.outcome else {
            Issue.record("\(reports)")
            return
        }
        #expect(error.errno == errno)
        #expect("\(ScriptOutcome.notStarted(error))".contains(path))
        #expect(!runner.isBusy)
    }

    @Test func endlessOutputIsBoundedAndItsEndIsKept() throws {
        let script = try Script("i=0; while [ $i -lt 20000 ]; do echo \"line $i of much too much\"; i=$((i+1)); done")
        let report = try script.run(.start)
        #expect(report.outcome == .succeeded)
        #expect(report.lines.count == ScriptOutput.linesMax)
        #expect(report.lines.last == "line 19999 of much too much")
    }

    @Test func outputIsMadePrintable() {
        let bytes: [UInt8] = [UInt8]("a\u{1b}[31mb\r\n".utf8) + [0, 0xff] + [UInt8]("\n\nlast".utf8)
        #expect(ScriptOutput.lines(of: bytes[...]) == ["a?[31mb", "?\u{fffd}", "last"])
        let long = ScriptOutput.lines(of: [UInt8](repeating: 0x61, count: 1200)[...])
        #expect(long.map(\.utf8.count) == [500, 500, 200])
    }

    /// The start returns while the daemon keeps the pipe: its later words reach the log and nothing kills it.
    @Test func aDaemonLeftBehindMayGoOnSpeaking() throws {
        let script = try Script("(sleep 0.2; echo late; echo later; touch $(dirname $0)/survived) & echo started")
        let report = try script.run(.start)
        #expect(report.lines == ["started"])
        #expect(report.took < .milliseconds(190))
        #expect(try script.loop.run(until: { script.lateLines == ["late", "later"] }, within: .seconds(5)))
        let survived = script.folder.appendingPathComponent("survived").path
        #expect(
            try script.loop.run(until: { FileManager.default.fileExists(atPath: survived) }, within: .seconds(5)))
    }

    @Test func callsOfOneScriptNeverOverlap() throws {
        let script = try Script(
            """
            log=$(dirname $0)/log
            echo "begin $1" >> $log; sleep 0.05; echo "end $1" >> $log
            """)
        var done = 0
        for action in [ScriptAction.start, .stop, .start] {
            script.runner.run(action, timeout: .seconds(5)) { _ in done += 1 }
        }
        #expect(script.runner.isBusy)
        #expect(try script.loop.run(until: { done == 3 }, within: .seconds(5)))
        #expect(!script.runner.isBusy)
        let log = try String(contentsOf: script.folder.appendingPathComponent("log"), encoding: .utf8)
        #expect(
            log.split(separator: "\n") == [
                "begin start", "end start", "begin stop", "end stop", "begin start", "end start",
            ])
    }

    @Test func aStopDoesNotWaitForAHangingStatus() throws {
        let script = try Script("[ $1 = status ] && exec sleep 1000; exit 0")
        var reports: [ScriptReport] = []
        script.runner.run(.status, timeout: .seconds(60)) { reports.append($0) }
        script.runner.run(.status, timeout: .seconds(60)) { reports.append($0) }
        try script.loop.run(until: { false }, within: .milliseconds(50))
        script.runner.run(.stop, timeout: .seconds(5)) { reports.append($0) }
        #expect(try script.loop.run(until: { reports.count == 3 }, within: .seconds(5)))
        #expect(reports.filter { $0.action == .status }.map(\.outcome) == [.cancelled, .cancelled])
        #expect(reports.last?.action == .stop)
        #expect(reports.last?.outcome == .succeeded)
    }
}
