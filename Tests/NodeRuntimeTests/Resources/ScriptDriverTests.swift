import ClusterModel
import LinuxIO
import NodeCore
import Testing

@testable import NodeRuntime

/// An LSB script whose service is a file, and which writes down how it was called.
private final class Service {
    let scratch: ScratchFolder
    let loop: EventLoop
    let driver: ScriptDriver
    var outcomes: [StepOutcome] = []
    var failures: [String] = []

    init(start: String = "touch $dir/up", monitorEvery: Duration? = .milliseconds(50)) throws {
        scratch = try ScratchFolder()
        loop = try EventLoop()
        let script = """
            #!/bin/sh
            dir=$1
            echo $2 >> $dir/calls
            case $2 in
            start) \(start) ;;
            stop) rm -f $dir/up ;;
            status) [ -e $dir/up ] && exit 0; exit 3 ;;
            esac
            """
        let path = try scratch.write("service", script, mode: 0o700)
        driver = ScriptDriver(
            ScriptResource(path: path, arguments: [scratch.path], monitorInterval: monitorEvery), on: loop,
            logger: Logger(threshold: .error))
    }

    /// A call under way would write into the folder that is being removed.
    deinit {
        driver.endMonitoring()
        var isIdle = false
        driver.stop(timeout: .seconds(1)) { _ in isIdle = true }
        _ = try? loop.run(until: { isIdle }, within: .seconds(3))
    }

    func start(timeout: Duration = .seconds(10)) throws -> StepOutcome? {
        outcomes = []
        driver.start(timeout: timeout) { [unowned self] in outcomes.append($0) }
        try loop.run(until: { !outcomes.isEmpty }, within: .seconds(15))
        return outcomes.first
    }

    func stop(timeout: Duration = .seconds(10)) throws -> StepOutcome? {
        outcomes = []
        driver.stop(timeout: timeout) { [unowned self] in outcomes.append($0) }
        try loop.run(until: { !outcomes.isEmpty }, within: .seconds(15))
        return outcomes.first
    }

    var calls: [Substring] {
        get throws { try scratch.read("calls").split(separator: "\n") }
    }
}

@Suite struct ScriptDriverTests {
    @Test func aServiceIsStartedAndStopped() throws {
        let service = try Service()
        #expect(try service.start() == .done)
        #expect(service.scratch.has("up"))
        #expect(try service.stop() == .done)
        #expect(!service.scratch.has("up"))
        #expect(try service.calls == ["status", "start", "stop"])
    }

    @Test func aServiceThatRunsAlreadyIsNotStartedOnceMore() throws {
        let service = try Service()
        try service.scratch.write("up", "")
        #expect(try service.start() == .done)
        #expect(try service.calls == ["status"])
    }

    @Test func aFailedStartTellsWhatTheScriptSaidLast() throws {
        let service = try Service(start: "echo first; echo no licence; exit 4")
        guard case .failed(let reason) = try service.start() else {
            Issue.record("the start did not fail")
            return
        }
        #expect(reason.contains("start failed with exit code 4: no licence"))
    }

    @Test func aStartThatTakesTooLongIsEndedAndTimedOut() throws {
        let service = try Service(start: "sleep 30")
        #expect(try service.start(timeout: .milliseconds(300)) == .timedOut)
        #expect(try service.stop() == .done)
    }

    @Test func aStopEndsAStartThatStillRuns() throws {
        let service = try Service(start: "touch $dir/begun; sleep 30")
        service.driver.start(timeout: .seconds(20)) { service.outcomes.append($0) }
        try service.loop.run(until: { service.scratch.has("begun") }, within: .seconds(5))
        var stopped: StepOutcome?
        service.driver.stop(timeout: .seconds(5)) { stopped = $0 }
        try service.loop.run(until: { stopped != nil }, within: .seconds(5))
        #expect(stopped == .done)
        #expect(service.outcomes.count == 1)
        #expect(try service.calls.last == "stop")
    }

    @Test func aServiceThatEndsIsNoticedByItsStatus() throws {
        let service = try Service()
        #expect(try service.start() == .done)
        service.driver.beginMonitoring { [unowned service] in service.failures.append($0) }
        try service.loop.run(until: { (try? service.calls.count) ?? 0 >= 4 }, within: .seconds(5))
        #expect(service.failures == [])
        _ = try service.scratch.read("up")
        try Tool.run("/bin/rm", service.scratch.path("up"))
        try service.loop.run(until: { !service.failures.isEmpty }, within: .seconds(5))
        #expect(service.failures.first?.contains("stopped") == true)
        service.driver.endMonitoring()
    }

    @Test func aServiceWithoutIntervalIsNotAsked() throws {
        let service = try Service(monitorEvery: nil)
        #expect(try service.start() == .done)
        service.driver.beginMonitoring { [unowned service] in service.failures.append($0) }
        try service.loop.run(until: { false }, within: .milliseconds(200))
        #expect(try service.calls == ["status", "start"])
    }

    @Test func monitoringThatEndedAndBeganAgainAsksAtItsOwnPaceOnly() throws {
        let service = try Service()
        #expect(try service.start() == .done)
        for _ in 0..<10 {
            service.driver.beginMonitoring { [unowned service] in service.failures.append($0) }
            try service.loop.run(until: { false }, within: .milliseconds(5))
            service.driver.endMonitoring()
        }
        service.driver.beginMonitoring { [unowned service] in service.failures.append($0) }
        let before = try service.calls.count
        try service.loop.run(until: { false }, within: .milliseconds(300))
        #expect(try service.calls.count - before <= 6)
        #expect(service.failures == [])
    }
}
