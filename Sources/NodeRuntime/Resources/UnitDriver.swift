import ClusterModel
import LinuxIO
import NodeCore
import SystemManager

/// A systemd unit, driven over the bus.
package final class UnitDriver: ResourceDriver {
    private let unit: String
    private let units: UnitManager
    private let loop: EventLoop
    private let logger: Logger
    private var failed: ((String) -> Void)?
    package private(set) var warning: String?

    private static let retryDelay = Duration.milliseconds(200)

    package init(_ unit: String, units: UnitManager, on loop: EventLoop, logger: Logger) {
        self.unit = unit
        self.units = units
        self.loop = loop
        self.logger = logger
    }

    package func start(timeout: Duration, _ completion: @escaping (StepOutcome) -> Void) {
        let end = loop.now + timeout
        // Forgets earlier failures first: a unit that failed often here may be started again, the brain decides how often.
        // A unit that systemd has not loaded yet has none, and says so; that is no news.
        units.resetFailed(unit: unit) { [self] _ in
            attempt("start", until: end, completion) { [self] left, done in
                units.start(unit: unit, timeout: left, done)
            }
        }
    }

    package func stop(timeout: Duration, _ completion: @escaping (StepOutcome) -> Void) {
        attempt("stop", until: loop.now + timeout, completion) { [self] left, done in
            units.stop(unit: unit, timeout: left, done)
        }
    }

    /// Runs a job; where systemd is not reached (it may be starting, or executing itself anew) tries until the time is over.
    private func attempt(
        _ verb: String, until end: Instant, _ completion: @escaping (StepOutcome) -> Void,
        _ job: @escaping (Duration, @escaping UnitManager.JobCompletion) -> Void
    ) {
        let left = end - loop.now
        guard left > .zero else { return completion(.timedOut) }
        job(left) { [self] result in
            switch result {
            case .success(.done): completion(.done)
            case .success(.timedOut): completion(.timedOut)
            case .success(let other): completion(.failed("\(unit) cannot \(verb): \(Self.words(other))"))
            case .failure(let error) where error.isConnectionTrouble && end - loop.now > Self.retryDelay:
                loop.schedule(after: Self.retryDelay) { [self] in attempt(verb, until: end, completion, job) }
            case .failure(let error) where error.isExpiry: completion(.timedOut)
            case .failure(let error): completion(.failed("\(error)"))
            }
        }
    }

    private static func words(_ result: JobResult) -> String {
        switch result {
        case .done: "done"
        case .cancelled: "another request to systemd took its place"
        case .timedOut: "it took too long"
        case .failed: "it failed, see its journal"
        case .dependencyFailed: "a unit it needs failed"
        case .skipped: "its conditions are not met"
        case .other(let word): "systemd says \(word)"
        }
    }

    package func beginMonitoring(_ failed: @escaping (String) -> Void) {
        self.failed = failed
        units.watch(unit: unit)
    }

    package func endMonitoring() {
        guard failed != nil else { return }
        failed = nil
        units.unwatch(unit: unit)
    }

    /// Takes what systemd says of a watched unit, where it is this one.
    package func take(_ status: UnitStatus) {
        guard status.unit == unit, let failed else { return }
        switch status.active {
        case .failed: failed("\(unit) failed (\(status.result))")
        case .inactive: failed("\(unit) is not running (\(status.sub))")
        case .active, .reloading, .activating, .deactivating, .maintenance, .other: break
        }
    }

    /// Says at the start when the boot itself would start the unit: only the owner of the group may run it.
    package func checkItIsNotEnabled() {
        units.isEnabledAtBoot(unit: unit) { [weak self] result in
            guard let self, case .success(let isEnabled) = result else { return }
            self.warning =
                isEnabled
                ? "\(self.unit) is enabled at boot: both nodes will run it; \"systemctl disable \(self.unit)\" on both"
                : nil
            if let warning = self.warning { self.logger.warning(warning) }
        }
    }
}

extension BusError {
    /// Whether another try may find the connection back. After a loss the request may have been carried out: units are
    /// started and stopped as often as one likes.
    fileprivate var isConnectionTrouble: Bool {
        switch cause {
        case .notConnected, .connectionLost: true
        case .refused, .local, .timedOut, .badAnswer: false
        }
    }

    /// Whether the job did not end in the time that it was given.
    fileprivate var isExpiry: Bool {
        switch cause {
        case .timedOut: true
        case .refused, .local, .connectionLost, .notConnected, .badAnswer: false
        }
    }
}
