import ClusterModel
import Membership
import Ownership

extension Node {
    /// The first event: take up what the records say, and begin to beat.
    mutating func start(_ stored: StoredState, boot: UInt64, incarnation: UInt64, at now: Instant) {
        precondition(!isStarted, "started twice")
        isStarted = true
        startedAt = now
        self.boot = boot
        self.incarnation = max(incarnation, stored.incarnation + 1)
        epoch = stored.epoch
        stores = StoreDesk(stored)
        proven = stored.provenCurrent
        selfFences = stored.selfFences
        monitor = PeerMonitor(definition: definition, configuration: configuration, at: now)
        for index in volumes.indices { volumes[index].isRenounced = stored.renounced.contains(volumes[index].name) }
        checkFences()
        checkWatchdog()
        for record in stored.groups {
            if let index = index(of: record.group) { groups[index].machine.recall(record.epoch) }
        }
        if stored.boot == boot { resume(stored.groups, at: now) }
        save()
        emit(.pingNodes(every: pings.isConfigured ? pings.interval : nil))
        keepaliveDue = now
        keepaliveFired(at: now)
    }

    private mutating func checkFences() {
        quietReason = FenceMemory.staysDown(selfFences.map(\.reason))
        guard let quietReason else { return }
        decide(
            Decision(rule: .r6, evidence: ["two self-fences in a row"], sentence: "\(name) stays down: \(quietReason)"))
    }

    private mutating func checkWatchdog() {
        guard let watchdog = definition.watchdog else { return }
        guard let objection = WatchdogPolicy.objection(watchdog, timing: definition.timing) else { return }
        log(.error, "the watchdog is not armed: \(objection)")
    }

    /// Our process died alone, the machine did not: what served then still serves, and goes on under its epoch.
    private mutating func resume(_ records: [StoredGroup], at now: Instant) {
        for record in records where record.phase != .stopped {
            guard let index = index(of: record.group) else {
                log(.warning, "group \(record.group) was \(record.phase.word) here and is not configured any more")
                continue
            }
            let decision = Decision(
                rule: .agreement, evidence: ["the records say that it was \(record.phase.word) since this boot"],
                sentence: record.phase == .serving || record.phase == .starting
                    ? "\(name) goes on serving \(record.group)" : "\(name) stops what is left of \(record.group)")
            decide(decision, group: index)
            groups[index].origin = decision
            perform(groups[index].machine.resume(record.phase, epoch: record.epoch), group: index, at: now)
        }
    }

    /// Takes part once it is clear what the peer does.
    mutating func becomeActiveIfClear(at now: Instant) {
        guard phase == .starting else { return }
        switch presence {
        case .unknown: return
        case .present:
            let isHeardBack = monitor.latest?.heard?.incarnation == incarnation
            guard isHeardBack || now >= startedAt + definition.timing.initdead else { return }
        case .absent, .dead, .left: break
        }
        phase = .active
        hasProgress = true
        log(.info, "\(name) takes part in cluster \(definition.name)")
    }

    // MARK: Stable storage

    /// Writes the state where it changed. The result says which completion covers it.
    @discardableResult
    mutating func save() -> StoreID {
        let state = StoredState(
            epoch: epoch, incarnation: incarnation, boot: boot, groups: storedGroups(), provenCurrent: proven,
            renounced: volumes.filter(\.isRenounced).map(\.name).sorted(), selfFences: Array(selfFences.suffix(8)))
        let saved = stores.save(state)
        if let effect = saved.effect { emit(effect) }
        return saved.id
    }

    private func storedGroups() -> [StoredGroup] {
        groups.map { desk in
            let isPrepared = desk.machine.state == .stopped && desk.preparedEpoch != nil
            let phase = isPrepared ? .claiming : desk.machine.phase
            let epoch = isPrepared ? desk.preparedEpoch ?? desk.machine.epoch : desk.machine.epoch
            return StoredGroup(group: desk.name, phase: phase, epoch: epoch)
        }.sorted { $0.group < $1.group }
    }

    mutating func stateStoreFailed(_ id: StoreID, _ reason: String, at now: Instant) {
        stores.failed(id, reason, at: now)
        log(.error, "the state of this node cannot be stored: \(reason); nothing is taken over before it can")
    }
}

extension GroupReport.Phase {
    /// As a person reads it.
    package var word: String {
        switch self {
        case .stopped: "stopped"
        case .starting: "starting"
        case .serving: "serving"
        case .stopping: "stopping"
        case .stuck: "stuck"
        case .claiming: "claiming"
        }
    }
}
