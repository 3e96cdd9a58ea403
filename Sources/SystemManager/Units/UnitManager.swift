import ClusterModel
import LinuxIO

/// systemd's units as the node uses them: start and stop with the job's result, changes of watched units as events.
///
/// Runs on the loop and never blocks it. While the bus is lost calls fail at once and changes are not seen; when it is
/// back every watched unit is read anew, so a change in between is reported then.
package final class UnitManager {
    package enum Event: Hashable, Sendable {
        /// A watched unit was read for the first time, or changed.
        case unitChanged(UnitStatus)
        /// A watched unit cannot be read, e.g. for a name that can be no unit's.
        case unitUnreadable(unit: String, BusError)
        /// systemd cannot be reached. Reported once; attempts go on.
        case busLost(BusError)
        /// systemd is reached, for the first time or again.
        case busBack
    }

    package typealias JobCompletion = (Result<JobResult, BusError>) -> Void

    private let loop: EventLoop
    private let onEvent: (Event) -> Void
    private let endpoints: [BusEndpoint]
    private lazy var client = BusClient(
        endpoints, on: loop,
        onChange: { [weak self] in self?.connectionChanged($0) },
        onSignal: { [weak self] in self?.signalReceived($0) })
    private var watched = WatchedUnits()
    private let jobs: UnitJobs
    /// systemd's unique name on a bus daemon; only its signals count.
    private var managerName: String?

    /// How long systemd may take to answer a question. It answers in microseconds unless it is reloading.
    private static let questionLimit = Duration.seconds(10)

    /// - Parameter onEvent: called on the loop.
    package init(
        on loop: EventLoop, endpoints: [BusEndpoint] = BusEndpoint.standard, onEvent: @escaping (Event) -> Void
    ) {
        self.loop = loop
        self.endpoints = endpoints
        self.onEvent = onEvent
        jobs = UnitJobs(on: loop)
    }

    /// Connects; `.busBack` or `.busLost` tells the outcome.
    package func start() { client.start() }

    /// Disconnects for good; pending calls and jobs end as lost.
    package func close() {
        client.stop()
        jobs.loseAll()
    }

    // MARK: Jobs

    /// Starts a unit. The completion gets the job's result when the unit is up (for the unit's type) or has failed.
    ///
    /// - Parameter timeout: after it the completion gets `.timedOut`; the job in systemd goes on, a `stop` replaces it.
    package func start(unit: String, timeout: Duration, _ completion: @escaping JobCompletion) {
        runJob(.startUnit(unit), "start the unit", unit, timeout, completion)
    }

    /// Stops a unit; one that is not running is `.done`.
    package func stop(unit: String, timeout: Duration, _ completion: @escaping JobCompletion) {
        runJob(.stopUnit(unit), "stop the unit", unit, timeout, completion)
    }

    /// Forgets that a unit failed, with its count of starts, so that it may be started again.
    package func resetFailed(unit: String, _ completion: @escaping (Result<Void, BusError>) -> Void) {
        client.call(.resetFailed(unit), "reset the failed unit", unit, timeout: Self.questionLimit) { answer in
            completion(answer.map { _ in })
        }
    }

    private func runJob(
        _ call: BusCall, _ operation: String, _ unit: String, _ timeout: Duration,
        _ completion: @escaping JobCompletion
    ) {
        let deadline = loop.now + timeout
        client.call(call, operation, unit, timeout: timeout) { [jobs] answer in
            switch answer {
            case .failure(let error): completion(.failure(error))
            case .success(let message):
                guard let path = message.readObjectPath() else {
                    let cause = BusError.Cause.badAnswer("it names no job")
                    return completion(.failure(BusError(operation: operation, subject: unit, cause: cause)))
                }
                jobs.add(
                    UnitJobs.Job(operation: operation, unit: unit, timeout: timeout, completion: completion), at: path,
                    until: deadline)
            }
        }
    }

    // MARK: Questions

    /// Reads a unit once. A unit that does not exist is no error: its status says `.notFound`.
    package func status(of unit: String, _ completion: @escaping (Result<UnitStatus, BusError>) -> Void) {
        let call = BusCall.properties(of: WatchedUnits.path(of: unit), interface: "")
        client.call(call, "read the unit", unit, timeout: Self.questionLimit) { answer in
            completion(
                answer.flatMap { message in
                    var status = UnitStatus(unit: unit)
                    guard let properties = message.readStringProperties(), status.merge(properties) else {
                        let cause = BusError.Cause.badAnswer("it holds no unit's properties")
                        return .failure(BusError(operation: "read the unit", subject: unit, cause: cause))
                    }
                    return .success(status)
                })
        }
    }

    /// Reads how a unit is enabled: a group's unit must not be started by the boot itself.
    package func fileState(of unit: String, _ completion: @escaping (Result<UnitFileState, BusError>) -> Void) {
        let operation = "read the boot setting of"
        client.call(.unitFileState(unit), operation, unit, timeout: Self.questionLimit) { answer in
            completion(
                answer.flatMap { message in
                    if let word = message.readString() { return .success(UnitFileState(word)) }
                    let cause = BusError.Cause.badAnswer("it is no word")
                    return .failure(BusError(operation: operation, subject: unit, cause: cause))
                })
        }
    }

    /// Whether the next boot would start the unit by itself.
    package func isEnabledAtBoot(unit: String, _ completion: @escaping (Result<Bool, BusError>) -> Void) {
        fileState(of: unit) { completion($0.map(\.isEnabledAtBoot)) }
    }

    // MARK: Watching

    /// Reports the unit now and at every change, until `unwatch`.
    package func watch(unit: String) {
        guard watched.add(unit), let endpoint = client.connectedEndpoint else { return }
        subscribe(to: unit, over: endpoint)
    }

    package func unwatch(unit: String) {
        guard watched.remove(unit), client.connectedEndpoint?.isBusDaemon == true else { return }
        // That a daemon's answer fails costs nothing but signals that nobody reads.
        tell(.unmatch(WatchedUnits.rule(for: unit)), "stop watching", unit)
    }

    private func subscribe(to unit: String, over endpoint: BusEndpoint) {
        if endpoint.isBusDaemon { tell(.match(WatchedUnits.rule(for: unit)), "watch the unit", unit) }
        refresh(unit)
    }

    private func refresh(_ unit: String) {
        status(of: unit) { [weak self] answer in
            guard let self else { return }
            switch answer {
            case .success(let status):
                if self.watched.replace(status) { self.onEvent(.unitChanged(status)) }
            case .failure(let error):
                // A loss is reported as such, and all units are read again afterwards.
                guard case .refused = error.cause, self.watched.contains(unit) else { return }
                self.onEvent(.unitUnreadable(unit: unit, error))
            }
        }
    }

    private func refreshAll() {
        for unit in watched.units { refresh(unit) }
    }

    private func tell(_ call: BusCall, _ operation: String, _ subject: String) {
        client.call(call, operation, subject, timeout: Self.questionLimit) { [weak self] answer in
            guard case .failure(let error) = answer, case .refused = error.cause else { return }
            self?.onEvent(.unitUnreadable(unit: subject, error))
        }
    }

    // MARK: What the bus says

    private func connectionChanged(_ change: BusClient.Change) {
        switch change {
        case .connected(let endpoint):
            if endpoint.isBusDaemon { joinDaemon() }
            for unit in watched.units { subscribe(to: unit, over: endpoint) }
            onEvent(.busBack)
        case .lost(let error):
            managerName = nil
            jobs.loseAll()
            onEvent(.busLost(error))
        }
    }

    private func joinDaemon() {
        tell(.match(WatchedUnits.managerRule), "watch systemd", "")
        tell(.match(WatchedUnits.ownerRule), "watch systemd", "")
        client.call(.managerName, "find systemd on the bus", "", timeout: Self.questionLimit) { [weak self] answer in
            if case .success(let message) = answer { self?.managerName = message.readString() }
        }
        tell(.subscribe, "subscribe to systemd", "")
    }

    private func signalReceived(_ message: BusMessage) {
        guard case .signal(let interface, let member) = message.kind else { return }
        if interface == "org.freedesktop.DBus", member == "NameOwnerChanged" { return ownerChanged(message) }
        guard isFromManager(message) else { return }
        switch (interface, member) {
        case ("org.freedesktop.systemd1.Manager", "JobRemoved"): jobRemoved(message)
        case ("org.freedesktop.systemd1.Manager", "Reloading"): refreshAll()
        case ("org.freedesktop.systemd1.Manager", "UnitNew"):
            if let unit = message.readString(), watched.contains(unit) { refresh(unit) }
        case ("org.freedesktop.DBus.Properties", "PropertiesChanged"): propertiesChanged(message)
        default: break  // Signals of the manager that nobody here asked for.
        }
    }

    /// On systemd's own socket nobody else can send; a bus daemon passes on what any local process sends to us.
    private func isFromManager(_ message: BusMessage) -> Bool {
        guard client.connectedEndpoint?.isBusDaemon == true else { return true }
        return message.sender != nil && message.sender == managerName
    }

    /// systemd executed itself anew and has another unique name: subscriptions are its own matter, states may differ.
    private func ownerChanged(_ message: BusMessage) {
        guard message.sender == "org.freedesktop.DBus", message.readString() == "org.freedesktop.systemd1",
            message.readString() != nil, let name = message.readString()
        else { return }
        managerName = name.isEmpty ? nil : name
        guard managerName != nil else { return }
        tell(.subscribe, "subscribe to systemd", "")
        refreshAll()
    }

    private func jobRemoved(_ message: BusMessage) {
        guard message.readUInt32() != nil, let path = message.readObjectPath(), message.readString() != nil,
            let word = message.readString()
        else { return }
        jobs.ended(path, JobResult(word))
    }

    private func propertiesChanged(_ message: BusMessage) {
        guard let interface = message.readString(), let properties = message.readStringProperties(),
            let changed = watched.merge(properties, of: interface, at: message.path)
        else { return }
        onEvent(.unitChanged(changed))
    }
}
