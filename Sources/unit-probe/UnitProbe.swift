import ClusterModel
import Glibc
import LinuxIO
import SystemManager

/// Drives the unit manager against the systemd that started this program, and writes one line for each finding. It runs
/// in the container that `SystemdContainerTests` boots; it is not part of the product.
///
/// Argument: `manager` (systemd's own socket), `daemon` (through D-Bus's daemon) or `driver` (`DriverProbe`).
@main
struct UnitProbe {
    static func main() throws {
        if CommandLine.arguments.dropFirst().first == "driver" { return try DriverProbe().run() }
        let probe = try Probe(overDaemon: CommandLine.arguments.dropFirst().first == "daemon")
        try probe.connect()
        try probe.readUnits()
        try probe.startAndLose()
        try probe.refuse()
        try probe.expire()
        try probe.stopInOrder()
        try probe.appear()
        try probe.announce()
        try probe.survive()
        say("finished yes")
    }
}

/// The findings' recorder and the questions' asker.
final class Probe {
    struct Stuck: Error, CustomStringConvertible {
        var description: String
    }

    private let loop: EventLoop
    private let overDaemon: Bool
    private var events: [UnitManager.Event] = []
    private var manager: UnitManager?

    init(overDaemon: Bool) throws {
        loop = try EventLoop()
        self.overDaemon = overDaemon
    }

    private var units: UnitManager {
        guard let manager else { preconditionFailure("asked before connected") }
        return manager
    }

    func connect() throws {
        let standard = BusEndpoint.standard
        let manager = UnitManager(on: loop, endpoints: [standard[overDaemon ? 1 : 0]]) { [self] in events.append($0) }
        self.manager = manager
        manager.start()
        try wait("the bus") { events.contains(.busBack) }
        say("connected yes")
    }

    func readUnits() throws {
        for unit in ["victim.service", "ghost.service", "masked.service"] {
            let status = try ask("status") { units.status(of: unit, $0) }.get()
            say("load \(unit) \(status.load)")
        }
        for unit in ["victim.service", "eager.service", "ghost.service"] {
            switch try ask("file state", { units.isEnabledAtBoot(unit: unit, $0) }) {
            case .success(let isEnabled): say("boot \(unit) \(isEnabled)")
            case .failure(let error): say("boot \(unit) \(error)")
            }
        }
    }

    /// A unit whose process is killed behind systemd's back.
    func startAndLose() throws {
        units.watch(unit: "victim.service")
        try wait("the first status") { last("victim.service")?.active == .inactive }
        say("start victim \(try start("victim.service"))")
        try wait("running") { last("victim.service")?.sub == "running" }
        let killed = loop.now
        try Self.killVictim()
        try wait("the failure") { last("victim.service")?.active == .failed }
        say("failure-ms \((loop.now - killed).milliseconds)")
        say("failure-result \(last("victim.service")?.result ?? "")")
    }

    func refuse() throws {
        say("start failing \(try start("failing.service"))")
        say("start ghost \(try start("ghost.service"))")
        say("start needy \(try start("needy.service"))")
        say("start odd \(try start("no unit"))")
    }

    /// A unit that never says it is ready.
    func expire() throws {
        let began = loop.now
        say("start stuck \(try start("stuck.service", timeout: .milliseconds(200)))")
        say("start-stuck-ms \((loop.now - began).milliseconds)")
        say("stop stuck \(try stop("stuck.service"))")
    }

    func stopInOrder() throws {
        say("restart victim \(try start("victim.service"))")
        try wait("running") { last("victim.service")?.sub == "running" }
        say("stop victim \(try stop("victim.service"))")
        try wait("stopped") { last("victim.service")?.active == .inactive }
        say("stopped-result \(last("victim.service")?.result ?? "")")
        say("stop again \(try stop("victim.service"))")
    }

    /// A unit that is installed while it is watched.
    func appear() throws {
        units.watch(unit: "late.service")
        try wait("the absence") { last("late.service")?.load == .notFound }
        guard rename("/probe/late.service", "/etc/systemd/system/late.service") == 0 else {
            throw Stuck(description: "cannot install late.service: errno \(errno)")
        }
        units.start(unit: "reload.service", timeout: .seconds(10)) { _ in }
        try wait("the installation") { last("late.service")?.load == .loaded }
        say("appeared yes")
        units.unwatch(unit: "late.service")
    }

    /// This very program is a unit of type notify.
    func announce() throws {
        units.watch(unit: "probe.service")
        try wait("own start") { last("probe.service")?.active == .activating }
        let notifier = ServiceNotifier()
        say("watchdog \(notifier.watchdogTimeout.map { "\($0)" } ?? "none")")
        notifier.alive()
        notifier.ready(status: "probing\nREADY=0")
        try wait("own readiness") { last("probe.service")?.active == .active }
        say("announced yes")
    }

    /// systemd executes itself anew: the connection breaks and comes back, and the watch still holds.
    func survive() throws {
        events.removeAll { $0 == .busBack }
        units.start(unit: "reexec.service", timeout: .seconds(10)) { _ in }
        if !overDaemon {
            try wait("the loss") { events.contains { if case .busLost = $0 { true } else { false } } }
            say("lost yes")
            try wait("the return") { events.contains(.busBack) }
        }
        var answer = JobResult?.none
        try wait("systemd", retrying: { answer = try? result(start("victim.service")) }, until: { answer == .done })
        try wait("running") { last("victim.service")?.sub == "running" }
        try Self.killVictim()
        try wait("the failure") { last("victim.service")?.active == .failed }
        say("survived yes")
    }

    private func result(_ text: String) -> JobResult? { text == "done" ? .done : nil }

    // MARK: Tools

    private func last(_ unit: String) -> UnitStatus? {
        for event in events.reversed() {
            if case .unitChanged(let status) = event, status.unit == unit { return status }
        }
        return nil
    }

    private func start(_ unit: String, timeout: Duration = .seconds(10)) throws -> String {
        text(try ask("start \(unit)") { units.start(unit: unit, timeout: timeout, $0) })
    }

    private func stop(_ unit: String) throws -> String {
        text(try ask("stop \(unit)") { units.stop(unit: unit, timeout: .seconds(10), $0) })
    }

    private func text(_ result: Result<JobResult, BusError>) -> String {
        switch result {
        case .success(let job): "\(job)"
        case .failure(let error): "\(error)"
        }
    }

    private func ask<Answer>(_ what: String, _ question: (@escaping (Answer) -> Void) -> Void) throws -> Answer {
        var answer: Answer?
        question { answer = $0 }
        try wait(what) { answer != nil }
        guard let answer else { preconditionFailure("waited for \(what) and have it not") }
        return answer
    }

    private func wait(_ what: String, until condition: () -> Bool) throws {
        guard try loop.run(until: condition, within: .seconds(10)) else {
            throw Stuck(description: "waited in vain for \(what); events: \(events)")
        }
    }

    private func wait(_ what: String, retrying attempt: () -> Void, until condition: () -> Bool) throws {
        for _ in 0..<100 {
            attempt()
            if condition() { return }
            _ = try loop.run(until: { false }, within: .milliseconds(50))
        }
        throw Stuck(description: "tried in vain: \(what); events: \(events)")
    }

    static func killVictim() throws {
        let file = try FileDescriptor.open("/run/victim.pid", O_RDONLY)
        let digits = String(decoding: try file.readAll(limit: 32), as: UTF8.self)
        guard let process = pid_t(digits.trimming()), kill(process, SIGKILL) == 0 else {
            throw Stuck(description: "cannot kill the victim: \(digits)")
        }
    }
}

extension String {
    fileprivate func trimming() -> String { String(filter { !$0.isWhitespace }) }
}

/// Written at once: whoever reads it may find this program killed.
func say(_ line: String) {
    print(line)
    fflush(nil)
}
