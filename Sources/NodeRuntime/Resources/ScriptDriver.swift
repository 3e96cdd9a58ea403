import ClusterModel
import LinuxIO
import NodeCore
import SystemManager

/// An LSB-style script, as in the paper's annex.
final class ScriptDriver: ResourceDriver {
    private let script: ScriptResource
    private let runner: ScriptRunner
    private let loop: EventLoop
    private let logger: Logger
    private var failed: ((String) -> Void)?
    private var timer: TimerID?
    /// Tells the answer to a question of an earlier monitoring from ours.
    private var round = 0

    /// A `status` that takes longer than this, or than two intervals, has failed.
    private static let leastStatusLimit = Duration.seconds(10)

    init(_ script: ScriptResource, on loop: EventLoop, logger: Logger) {
        self.script = script
        self.loop = loop
        self.logger = logger
        runner = ScriptRunner(script, on: loop) { [path = script.path] in logger.info("\(path): \($0)") }
    }

    /// Old scripts fail when started twice, so the status is asked first.
    func start(timeout: Duration, _ completion: @escaping (StepOutcome) -> Void) {
        let end = loop.now + timeout
        runner.run(.status, timeout: timeout / 2) { [self] report in
            if report.status == .running { return completion(.done) }
            runner.run(.start, timeout: max(end - loop.now, .milliseconds(1))) { [self] in
                completion(outcome(of: $0))
            }
        }
    }

    func stop(timeout: Duration, _ completion: @escaping (StepOutcome) -> Void) {
        // Ends a start that still runs; the stop follows it.
        if runner.isBusy { runner.cancelAll() }
        runner.run(.stop, timeout: timeout) { [self] in completion(outcome(of: $0)) }
    }

    private func outcome(of report: ScriptReport) -> StepOutcome {
        let action = report.action.rawValue
        switch report.outcome {
        case .succeeded: return .done
        case .timedOut: return .timedOut
        case .failed, .killed, .cancelled, .notStarted:
            let last = report.lines.last.map { ": \($0)" } ?? ""
            return .failed("\(script.path) \(action) \(report.outcome)\(last)")
        }
    }

    // MARK: Monitoring

    func beginMonitoring(_ failed: @escaping (String) -> Void) {
        endMonitoring()
        self.failed = failed
        askLater()
    }

    func endMonitoring() {
        failed = nil
        round += 1
        if let timer { loop.cancel(timer) }
        timer = nil
    }

    private func askLater() {
        guard let interval = script.monitorInterval, interval > .zero else { return }
        timer = loop.schedule(after: interval) { [weak self] in
            self?.ask(limit: max(Self.leastStatusLimit, interval * 2))
        }
    }

    private func ask(limit: Duration) {
        let asked = round
        runner.run(.status, timeout: limit) { [weak self] report in
            guard let self, self.round == asked else { return }
            if let reason = self.failure(in: report) { self.failed?(reason) }
            if self.round == asked { self.askLater() }
        }
    }

    /// Why the report says that the service does not run; nil where it runs, or where the report says nothing.
    private func failure(in report: ScriptReport) -> String? {
        switch (report.outcome, report.status) {
        case (.cancelled, _), (_, .running): nil
        case (_, .stopped): "\(script.path) says that it is stopped"
        case (_, .dead): "\(script.path) says that it died"
        case (let outcome, .unknown), (let outcome, nil): "\(script.path) status \(outcome)"
        }
    }
}
