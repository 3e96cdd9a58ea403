import ClusterModel
import Glibc
import Testing

@testable import LinuxIO

@Suite struct ChildProcessTests {
    /// Runs a shell script to its end.
    private func shell(
        _ script: String, _ change: (inout ChildProcess.Command) -> Void = { _ in },
        _ started: (ChildProcess, EventLoop) -> Void = { _, _ in }
    ) throws -> ChildProcess.Result {
        let loop = try EventLoop()
        var command = ChildProcess.Command("/bin/sh", ["-c", script], output: .capture, error: .capture)
        command.killDelay = .milliseconds(50)
        change(&command)
        var results: [ChildProcess.Result] = []
        started(try ChildProcess.start(command, on: loop) { results.append($0) }, loop)
        try loop.run(until: { !results.isEmpty }, within: .seconds(10))
        try loop.turn(waitingAtMost: .zero)
        #expect(results.count == 1)
        return try #require(results.first)
    }

    private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    @Test func argumentsEnvironmentFolderAndStreamsReachTheChild() throws {
        let result = try shell("echo \"$1|$NAME|$HOME|$(pwd)\"; cat; echo oops >&2; exit 3") {
            $0.arguments += ["name", "two words"]
            $0.environment = ["NAME=value"]
            $0.directory = "/"
            $0.input = .bytes(Array("fed".utf8))
        }
        #expect(result.outcome == .exited(3))
        #expect(text(result.output) == "two words|value||/\nfed")
        #expect(text(result.error) == "oops\n")
        #expect(!result.isTruncated && !result.didTimeOut)
        #expect(result.outcome.description == "failed with code 3")
    }

    @Test func aProgramThatCannotBeStartedSaysWhy() throws {
        let loop = try EventLoop()
        for (path, expected) in [("/nowhere/x", ENOENT), ("/etc/passwd", EACCES), ("/", EACCES)] {
            let error = #expect(throws: SystemError.self) {
                try ChildProcess.start(.init(path), on: loop) { _ in Issue.record("it never started") }
            }
            #expect(error?.errno == expected)
            #expect(error?.subject == path)
        }
        let error = #expect(throws: SystemError.self) {
            try ChildProcess.start(.init("/bin/true", directory: "/nowhere"), on: loop) { _ in }
        }
        #expect(error?.errno == ENOENT)
    }

    @Test func theLastWordsOfALongOutputAreKept() throws {
        let result = try shell("i=0; while [ $i -lt 30000 ]; do echo line $i; i=$((i+1)); done")
        #expect(result.isTruncated)
        #expect(result.output.count == ChildProcess.captureLimit)
        #expect(text(result.output).hasSuffix("line 29998\nline 29999\n"))
    }

    @Test func aTimeOutEndsTheGroupPolitely() throws {
        let result = try shell("trap 'echo bye; exit 7' TERM; while :; do sleep 0.01; done") {
            $0.timeout = .milliseconds(100)
            $0.killDelay = .seconds(5)
        }
        #expect(result.didTimeOut)
        #expect(result.outcome == .exited(7))
        #expect(text(result.output) == "bye\n")
    }

    @Test func whoIgnoresTheRequestIsKilledWithItsChildren() throws {
        let result = try shell("trap '' TERM; sleep 31.4 & echo $!; wait; sleep 31.4") {
            $0.timeout = .milliseconds(100)
        }
        #expect(result.didTimeOut)
        #expect(result.outcome == .killed(signal: SIGKILL))
        let grandchild = try #require(Int32(text(result.output).split(separator: "\n").first ?? ""))
        #expect(isGone(grandchild))
    }

    @Test func childrenOfWhoeverWasTerminatedDoNotLiveOn() throws {
        // The leader ends politely; its child ignores the request.
        let result = try shell("(trap '' TERM; echo ready; while :; do sleep 0.01; done) & echo $!; read x; wait") {
            $0.timeout = .milliseconds(100)
            $0.killDelay = .seconds(30)
        }
        let grandchild = try #require(text(result.output).split(separator: "\n").compactMap { Int32($0) }.first)
        #expect(isGone(grandchild))
    }

    @Test func aDaemonLeftBehindLivesOnAndDoesNotHoldUpTheResult() throws {
        let result = try shell("sleep 20 & echo $!")
        #expect(result.outcome == .exited(0))
        let daemon = try #require(Int32(text(result.output).split(separator: "\n").first ?? ""))
        #expect(kill(daemon, 0) == 0)
        kill(daemon, SIGKILL)
    }

    @Test func theChildHasDefaultSignalsItsOwnGroupAndNoOtherDescriptors() throws {
        let result = try shell(
            "grep -E '^Sig(Blk|Ign)' /proc/self/status; ls /proc/self/fd | wc -l; cut -d' ' -f5 /proc/$$/stat; echo $$"
        ) { _ in }
        let lines = text(result.output).split(separator: "\n")
        #expect(lines.count == 5)
        #expect(lines[0] == "SigBlk:\t0000000000000000")
        #expect(lines[1] == "SigIgn:\t0000000000000000")
        // 0, 1, 2 and the one that ls itself reads the folder with.
        #expect(lines[2] == "4")
        #expect(lines[3] == lines[4])
    }

    @Test func anotherSignalEndsItToo() throws {
        let result = try shell("kill -USR1 $$; sleep 5")
        #expect(result.outcome == .killed(signal: SIGUSR1))
        #expect(result.outcome.description == "was killed by signal 10")
    }

    @Test func theHandleMayBeDroppedAtOnce() throws {
        let loop = try EventLoop()
        var outcome: ChildProcess.Outcome?
        try ChildProcess.start(.init("/bin/sh", ["-c", "sleep 0.05; exit 4"]), on: loop) { outcome = $0.outcome }
        #expect(try loop.run(until: { outcome != nil }, within: .seconds(5)))
        #expect(outcome == .exited(4))
    }

    /// Whether a process ends within a moment: SIGKILL works when the kernel gets round to it.
    private func isGone(_ process: Int32) -> Bool {
        for _ in 0..<200 {
            if !isRunning(process) { return true }
            usleep(5000)
        }
        return false
    }

    /// A zombie, which waits for a new parent that may be slow to reap it, does no harm.
    private func isRunning(_ process: Int32) -> Bool {
        // Fails when the process is gone: then it has no text either.
        let status = (try? FileDescriptor.contents(of: "/proc/\(process)/stat")) ?? []
        return !status.isEmpty && !text(status).contains(") Z ")
    }
}
