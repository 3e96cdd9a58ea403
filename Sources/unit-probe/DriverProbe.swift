import ClusterModel
import LinuxIO
import NodeCore
import NodeRuntime
import SystemManager

/// Drives units as resources of a group, the way `bascule run` does, under the systemd that started this program.
final class DriverProbe {
    private let loop: EventLoop
    private var units: UnitManager?
    private var drivers: [String: UnitDriver] = [:]
    private var isConnected = false
    private var failures: [String] = []

    init() throws {
        loop = try EventLoop()
        units = UnitManager(on: loop, endpoints: BusEndpoint.standard) { [unowned self] in take($0) }
    }

    func run() throws {
        units?.start()
        try wait("the bus") { isConnected }
        try serve()
        try refuse()
        try warn()
        ServiceNotifier().ready(status: "done")
        say("finished yes")
    }

    /// A group's life with a unit: started, lost, cleaned up, started again, stopped.
    private func serve() throws {
        let victim = driver("victim.service")
        say("start \(try start(victim))")
        say("start again \(try start(victim))")
        victim.beginMonitoring { [unowned self] in failures.append($0) }
        _ = try loop.run(until: { false }, within: .milliseconds(200))
        say("failures while it runs \(failures.count)")
        try Probe.killVictim()
        try wait("the failure") { !failures.isEmpty }
        say("failure \(failures.first ?? "")")
        victim.endMonitoring()
        say("stop after failure \(try stop(victim))")
        say("restart \(try start(victim))")
        failures = []
        victim.beginMonitoring { [unowned self] in failures.append($0) }
        victim.endMonitoring()
        say("stop \(try stop(victim))")
        say("stop again \(try stop(victim))")
        _ = try loop.run(until: { false }, within: .milliseconds(200))
        say("failures after the watch \(failures.count)")
    }

    /// systemd refuses a unit that was started five times within ten seconds; a group's resource must not care.
    private func refuse() throws {
        let failing = driver("failing.service")
        let outcomes = try (0..<8).map { _ in try start(failing) }
        say("eight failing starts \(Set(outcomes).sorted().joined(separator: " | "))")
        say("ghost \(try start(driver("ghost.service")))")
        let stuck = driver("stuck.service")
        say("stuck \(try start(stuck, timeout: .milliseconds(200)))")
        say("stop stuck \(try stop(stuck))")
    }

    private func warn() throws {
        let (eager, victim) = (driver("eager.service"), driver("victim.service"))
        eager.checkItIsNotEnabled()
        victim.checkItIsNotEnabled()
        try wait("the warning") { eager.warning != nil }
        say("warning \(eager.warning ?? "")")
        say("no warning \(victim.warning == nil)")
    }

    // MARK: Tools

    private func driver(_ unit: String) -> UnitDriver {
        guard let units else { preconditionFailure("driven before it was made") }
        let driver = UnitDriver(unit, units: units, on: loop, logger: Logger(threshold: .error))
        drivers[unit] = driver
        return driver
    }

    private func take(_ event: UnitManager.Event) {
        switch event {
        case .unitChanged(let status): drivers[status.unit]?.take(status)
        case .unitUnreadable(let unit, let error): say("unreadable \(unit) \(error)")
        case .busLost(let error): say("lost \(error)")
        case .busBack: isConnected = true
        }
    }

    private func start(_ driver: UnitDriver, timeout: Duration = .seconds(10)) throws -> String {
        try outcome { driver.start(timeout: timeout, $0) }
    }

    private func stop(_ driver: UnitDriver) throws -> String {
        try outcome { driver.stop(timeout: .seconds(10), $0) }
    }

    private func outcome(_ step: (@escaping (StepOutcome) -> Void) -> Void) throws -> String {
        var outcome: StepOutcome?
        step { outcome = $0 }
        try wait("the step's end") { outcome != nil }
        switch outcome {
        case .done: return "done"
        case .timedOut: return "timedOut"
        case .failed(let reason): return "failed: \(reason)"
        case nil: preconditionFailure("waited for an outcome and have none")
        }
    }

    private func wait(_ what: String, until condition: () -> Bool) throws {
        guard try loop.run(until: condition, within: .seconds(12)) else {
            throw Probe.Stuck(description: "waited in vain for \(what)")
        }
    }
}
