import ClusterModel
import LinuxIO

/// Calls one LSB-style script (`start`, `stop`, `status` after its configured arguments), one call at a time, each with a
/// time-out after which the script is ended with all its children.
///
/// A `start` or `stop` does not wait for a `status` that is under way or in the queue: those are cancelled.
package final class ScriptRunner {
    package typealias Completion = (ScriptReport) -> Void

    private struct Call {
        var action: ScriptAction
        var timeout: Duration
        var completion: Completion
    }

    private struct Current {
        var call: Call
        var began: Instant
        var child: ChildProcess
        var output: ScriptOutput
        var isCancelled = false
    }

    private let script: ScriptResource
    private let loop: EventLoop
    private let onLateLine: (String) -> Void
    private var queue: [Call] = []
    private var current: Current?

    /// Between the polite and the forceful end of a script that takes too long.
    private static let killDelay = Duration.seconds(2)
    /// The same for a `status` that is in the way.
    private static let cancelDelay = Duration.milliseconds(100)

    /// - Parameter onLateLine: gets, for the log, what a daemon that the script left behind goes on writing.
    package init(_ script: ScriptResource, on loop: EventLoop, onLateLine: @escaping (String) -> Void = { _ in }) {
        self.script = script
        self.loop = loop
        self.onLateLine = onLateLine
    }

    /// Whether a call is under way or waits.
    package var isBusy: Bool { current != nil || !queue.isEmpty }

    /// Calls the script when its turn comes. The completion is called once, on the loop, never inside this call.
    ///
    /// - Parameter timeout: counts from the script's own start, not from this call.
    package func run(_ action: ScriptAction, timeout: Duration, _ completion: @escaping Completion) {
        if action != .status { cancelQuestions() }
        queue.append(Call(action: action, timeout: timeout, completion: completion))
        loop.perform { [weak self] in self?.advance() }
    }

    /// Ends the call under way and forgets those that wait; all are reported as cancelled.
    package func cancelAll() {
        let waiting = queue
        queue = []
        for call in waiting { cancelWaiting(call) }
        cancelCurrent()
    }

    private func cancelQuestions() {
        let waiting = queue.filter { $0.action == .status }
        queue.removeAll { $0.action == .status }
        for call in waiting { cancelWaiting(call) }
        if current?.call.action == .status { cancelCurrent() }
    }

    private func cancelWaiting(_ call: Call) {
        let report = report(call, .cancelled)
        loop.perform { call.completion(report) }
    }

    private func cancelCurrent() {
        current?.isCancelled = true
        current?.child.terminate(killAfter: Self.cancelDelay)
    }

    private func advance() {
        guard current == nil, !queue.isEmpty else { return }
        let call = queue.removeFirst()
        do throws(SystemError) {
            current = try start(call)
        } catch {
            let report = report(call, .notStarted(error))
            loop.perform { [weak self] in
                call.completion(report)
                self?.advance()
            }
        }
    }

    private func start(_ call: Call) throws(SystemError) -> Current {
        let output = try ScriptOutput(on: loop, onLateLine: onLateLine)
        defer { output.began() }
        let command = ChildProcess.Command(
            script.path, script.arguments + [call.action.rawValue], directory: "/",
            output: .descriptor(output.childEnd), error: .descriptor(output.childEnd), timeout: call.timeout,
            killDelay: Self.killDelay)
        // Keeps this object until the end: the completion is promised.
        let child = try ChildProcess.start(command, on: loop) { [self] result in ended(result) }
        return Current(call: call, began: loop.now, child: child, output: output)
    }

    private func ended(_ result: ChildProcess.Result) {
        guard let ended = current else { preconditionFailure("\(script.path) ended without having begun") }
        current = nil
        let output = ended.output.finish()
        var report = report(ended.call, outcome(of: ended, result))
        report.lines = ScriptOutput.lines(of: output[...])
        report.took = loop.now - ended.began
        if ended.call.action == .status, !ended.isCancelled, !result.didTimeOut, case .exited(let code) = result.outcome
        {
            report.status = ScriptStatus(exitCode: code, output: output)
        }
        ended.call.completion(report)
        advance()
    }

    private func outcome(of ended: Current, _ result: ChildProcess.Result) -> ScriptOutcome {
        if ended.isCancelled { return .cancelled }
        if result.didTimeOut { return .timedOut(after: ended.call.timeout) }
        switch result.outcome {
        case .exited(0): return .succeeded
        case .exited(let code): return .failed(exitCode: code)
        case .killed(let signal): return .killed(signal: signal)
        }
    }

    private func report(_ call: Call, _ outcome: ScriptOutcome) -> ScriptReport {
        ScriptReport(
            path: script.path, action: call.action, outcome: outcome, status: nil, lines: [], took: .zero)
    }
}
