import ClusterModel
import Ownership

/// Carrying out what the group machines want, step by step.
extension Node {
    mutating func perform(_ actions: [GroupAction], group index: Int, at now: Instant) {
        for action in actions {
            switch action {
            case .start(let resource): beginStep(index, resource, isStart: true, at: now)
            case .stop(let resource): beginStep(index, resource, isStart: false, at: now)
            case .monitor(let resource, let isOn):
                emit(.monitorResource(groups[index].name, resource: resource, isOn: isOn))
            case .served: served(index)
            case .stopped(let reason): stopped(index, reason)
            case .startFailed(let resource, let reason):
                log(.error, "\(groups[index].name): \(title(index, resource)) could not be started: \(reason)")
            case .becameStuck(let resource, let reason):
                log(.error, "\(groups[index].name): \(title(index, resource)) could not be stopped: \(reason)")
                save()
            }
        }
        if !actions.isEmpty { hasProgress = true }
    }

    private mutating func served(_ index: Int) {
        groups[index].isForced = false
        groups[index].isPeerReborn = false
        groups[index].probe = .none
        log(.info, "\(name) serves \(groups[index].name) (epoch \(groups[index].machine.epoch))")
        if !groups[index].machine.definition.addresses.isEmpty { emit(.announceAddresses(groups[index].name)) }
        save()
    }

    private mutating func stopped(_ index: Int, _ reason: StopReason) {
        groups[index].preparedEpoch = nil
        groups[index].stuckRetryAt = nil
        groups[index].isHandOverWanted = false
        groups[index].isForced = false
        if quietReason == nil { selfFences = [] }
        log(.info, "\(groups[index].name) is stopped on \(name)\(reason.addition)")
        save()
    }

    private mutating func beginStep(_ index: Int, _ resource: Int, isStart: Bool, at now: Instant) {
        let definition = groups[index].machine.definition.resources[resource]
        let timeout = isStart ? definition.startTimeout : definition.stopTimeout
        let id = StepID(nextNumber())
        // The runtime ends its steps itself; the grace is for its answer.
        let grace: Duration = definition.isVolume ? .zero : .seconds(1)
        groups[index].step = .init(
            id: id, resource: resource, isStart: isStart, deadline: now + timeout + grace,
            patienceEnds: now + min(timeout, isStart ? .seconds(5) : .seconds(10)))
        arm(.step(groups[index].name), at: now + timeout + grace)
        if definition.isVolume { return orderStep(index, at: now) }
        let group = groups[index].name
        emit(
            isStart
                ? .startResource(id, group, resource: resource, timeout: timeout)
                : .stopResource(id, group, resource: resource, timeout: timeout))
    }

    /// Promotes or demotes the volume that the step is about.
    private mutating func orderStep(_ index: Int, at now: Instant) {
        guard let step = groups[index].step else { return }
        guard case .volume(let volume) = groups[index].machine.definition.resources[step.resource].kind else { return }
        var order = VolumeOrder.demote
        if step.isStart {
            order = .promote(basis(of: volume, group: index, at: now))
        }
        let id = OrderID(nextNumber())
        groups[index].step?.order = id
        groups[index].step?.retryAt = nil
        emit(.orderVolume(id, volume, order))
    }

    /// On which basis a volume becomes primary for a group that starts, or goes on. In total silence only a
    /// node that may go on alone may promote alone.
    func basis(of volume: VolumeName, group index: Int, at now: Instant) -> PromotionBasis {
        guard let desk = self.index(of: volume) else { return .ordinary }
        switch StartPolicy.readiness(of: facts(of: volumes[desk]), startFacts(group: index, at: now)) {
        case .ready(.peerDead):
            let isSilent = presence == .dead || presence == .absent
            return isSilent && silence?.isGoingOnAlone != true ? .ordinary : .peerDead
        case .ready(let basis): return basis
        // The engine's own rules refuse what is not proved to it; where it is primary already it agrees.
        case .needsPeerOutdated, .waits: return .ordinary
        }
    }

    /// Volumes that a group under way cannot promote before the peer has marked its copy outdated.
    mutating func settleOutdateWishes(group index: Int, at now: Instant) {
        guard let step = groups[index].step, step.isStart,
            case .volume(let name) = groups[index].machine.definition.resources[step.resource].kind,
            let desk = self.index(of: name)
        else { return }
        let readiness = StartPolicy.readiness(of: facts(of: volumes[desk]), startFacts(group: index, at: now))
        guard readiness == .needsPeerOutdated else { return }
        groups[index].wantsOutdated = [name]
        groups[index].waiting = "\(peerName) to mark its copy outdated"
    }

    // MARK: Answers

    mutating func stepCompleted(_ id: StepID, _ outcome: StepOutcome, at now: Instant) {
        guard let index = groups.firstIndex(where: { $0.step?.id == id }) else { return }
        switch outcome {
        case .done: finishStep(index, nil, at: now)
        case .failed(let reason): finishStep(index, reason, at: now)
        case .timedOut: finishStep(index, "it did not end in time", at: now)
        }
    }

    mutating func stepTimedOut(_ group: GroupName, at now: Instant) {
        guard let index = index(of: group), let step = groups[index].step else { return }
        finishStep(index, step.refusal ?? "it did not end in time", at: now)
    }

    private mutating func finishStep(_ index: Int, _ failure: String?, at now: Instant) {
        cancel(.step(groups[index].name))
        groups[index].step = nil
        perform(groups[index].machine.stepCompleted(failure, at: now), group: index, at: now)
    }

    /// The answer to a step's order. Engines refuse for a moment what they will do soon: a peer that is still primary, a
    /// device that is still open.
    mutating func stepOrderCompleted(_ index: Int, _ result: VolumeOrderResult, at now: Instant) {
        switch result {
        case .done: finishStep(index, nil, at: now)
        case .refused(let reason):
            groups[index].step?.order = nil
            groups[index].step?.refusal = reason
            guard let step = groups[index].step else { return }
            // What is to be stopped again need not be started first.
            if step.isStart, case .stopping = groups[index].machine.state { return finishStep(index, reason, at: now) }
            if now >= step.patienceEnds, hasEngine(index, step) { return finishStep(index, reason, at: now) }
            groups[index].step?.retryAt = now + .milliseconds(100)
        }
    }

    mutating func retryStep(group index: Int, at now: Instant) {
        guard let step = groups[index].step, let retryAt = step.retryAt else { return }
        if step.isStart, case .stopping = groups[index].machine.state {
            return finishStep(index, step.refusal ?? "not needed any more", at: now)
        }
        guard retryAt <= now else { return }
        orderStep(index, at: now)
    }

    private func hasEngine(_ index: Int, _ step: GroupDesk.Step) -> Bool {
        guard case .volume(let name) = groups[index].machine.definition.resources[step.resource].kind else {
            return true
        }
        return self.index(of: name).map { volumes[$0].report != nil } ?? true
    }

    // MARK: Failures of what runs

    mutating func resourceFailed(_ group: GroupName, _ resource: Int, _ reason: String, at now: Instant) {
        guard let index = index(of: group), groups[index].machine.state == .serving,
            groups[index].machine.definition.resources.indices.contains(resource)
        else { return }
        log(.error, "\(group): \(title(index, resource)) failed: \(reason)")
        let lowest = min(resource, groups[index].pendingRepair?.resource ?? resource)
        groups[index].pendingRepair = .init(resource: lowest, reason: reason)
    }

    /// The first failure is answered by a restart in place, another one soon after by a move, if the other node can.
    mutating func settleRepair(_ index: Int, _ repair: GroupDesk.PendingRepair, at now: Instant) {
        let history = groups[index].machine.repairs
        let what = "\(title(index, repair.resource)) failed: \(repair.reason)"
        let isFirst = history.isFirst(at: now)
        if !isFirst, MovePolicy.refusalsToGive(moveFacts(group: index)).isEmpty {
            decide(
                Decision(
                    rule: .failure,
                    evidence: [what, "it had been restarted shortly before", "\(peerName) can start it"],
                    sentence: "\(name) gives \(groups[index].name) to \(peerName)"), group: index)
            return stop(index, .failedAgain(what), at: now)
        }
        if !isFirst, let earliest = history.notBefore, now < earliest {
            groups[index].waiting = "the next restart of \(title(index, repair.resource))"
            return
        }
        groups[index].pendingRepair = nil
        let decision = Decision(
            rule: .failure, evidence: [what, isFirst ? "for the first time" : "\(peerName) cannot take it"],
            sentence: "\(name) restarts \(title(index, repair.resource)) in place")
        groups[index].decision = nil
        decide(decision, group: index)
        perform(
            groups[index].machine.repair(repair.resource, repair.reason, at: now), group: index, at: now)
    }

    func title(_ index: Int, _ resource: Int) -> String {
        groups[index].machine.definition.resources[resource].title
    }
}

extension StopReason {
    /// What the log line adds.
    var addition: String {
        switch self {
        case .handOver: ", for the other node"
        case .leaving: ", which goes down"
        case .lostDuel: ": the other node has the better right"
        case .isolated: ": cut off"
        case .startFailed: " after a failed start"
        case .failedAgain: " after a second failure"
        case .leftBehind: ""
        }
    }
}

extension ResourceDefinition {
    /// As a person names it.
    package var title: String {
        switch kind {
        case .volume(let name): "volume \(name)"
        case .filesystem(let filesystem): "file system \(filesystem.mountPoint)"
        case .address(let address): "address \(address.address)/\(address.prefixLength)"
        case .unit(let unit): "unit \(unit)"
        case .script(let script): "script \(script.path)"
        }
    }
}
