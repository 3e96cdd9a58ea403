import ClusterModel
import Membership
import Ownership

extension Node {
    mutating func volumeReported(_ name: VolumeName, _ report: VolumeReport?, at now: Instant) {
        guard let index = index(of: name) else { return }
        let wasConnected = volumes[index].report?.isConnected ?? false
        volumes[index].report = report
        volumes[index].memory.ownReported(report)
        if wasConnected, silence != nil, !(report?.isConnected ?? false) { reopenVote(about: name, at: now) }
        guard let report else { return engineGone(index, at: now) }
        if report.isConnected {
            volumes[index].steppedBack = false
            if report.copy == .upToDate, volumes[index].isRenounced { setRenounced(index, false) }
        }
        noticeSplitBrain(index, report)
    }

    private mutating func engineGone(_ index: Int, at now: Instant) {
        log(.error, "volume \(volumes[index].name): its engine is gone; waits for it to come back")
        volumes[index].order = nil
        for group in groups.indices where groups[group].step?.order != nil && usesVolume(group, volumes[index].name) {
            stepOrderCompleted(group, .refused("no engine is running"), at: now)
        }
    }

    private func usesVolume(_ group: Int, _ volume: VolumeName) -> Bool {
        guard let step = groups[group].step else { return false }
        return groups[group].machine.definition.resources[step.resource].kind == .volume(volume)
    }

    /// The peer's engine lived until now, so this copy was as good as the peer's until now: decide once more.
    private mutating func reopenVote(about volume: VolumeName, at now: Instant) {
        silence?.reopen(at: now, deadtime: definition.timing.deadtime)
        for index in groups.indices where groups[index].machine.definition.volumes.contains(volume) {
            if case .asking = groups[index].probe { continue }
            groups[index].probe = .none
        }
    }

    private mutating func noticeSplitBrain(_ index: Int, _ report: VolumeReport) {
        guard report.isSplitBrain != volumes[index].isSplitBrainKnown else { return }
        volumes[index].isSplitBrainKnown = report.isSplitBrain
        guard report.isSplitBrain else { return }
        let serves = report.isPrimary ? "\(name) goes on serving its copy" : "\(name) does not serve its copy"
        decide(
            Decision(
                rule: .r7, evidence: ["both copies of volume \(volumes[index].name) were written apart"],
                sentence: "volume \(volumes[index].name): split brain, neither copy is touched; \(serves); "
                    + "a person must decide"))
    }

    private mutating func setRenounced(_ index: Int, _ isRenounced: Bool) {
        volumes[index].isRenounced = isRenounced
        let store = save()
        volumes[index].renounceStore = isRenounced ? store : nil
    }

    // MARK: Orders

    /// Rule R2 on both sides.
    mutating func settle(volume index: Int, at now: Instant) {
        let desk = volumes[index]
        let users = groups.filter { $0.machine.definition.volumes.contains(desk.name) }
        let isAsked =
            presence == .present && (monitor.latest?.outdateRequests.contains(desk.name) ?? false)
        let action = FencingPolicy.action(
            .init(
                volume: facts(of: desk), me: name, peer: peerName, presence: presence,
                isGoingOnAlone: silence?.isGoingOnAlone ?? false,
                isStopping: users.contains { $0.machine.phase == .stopping || $0.machine.phase == .stuck },
                mayRun: users.contains { $0.machine.mayRun }, isOutdateRequested: isAsked || desk.steppedBack))
        settleRequest(
            index, isWanted: action == .requestOutdate || users.contains { $0.wantsOutdated.contains(desk.name) })
        switch action {
        case .order(let order, let decision): self.order(order, decision, volume: index, at: now)
        case .renounce(let decision):
            decide(decision)
            volumes[index].memory.gaveUp()
            setRenounced(index, true)
        case .requestOutdate, .nothing: break
        }
    }

    /// A question, once put, stands while the engines are apart: its answer is what allows to serve.
    private mutating func settleRequest(_ index: Int, isWanted: Bool) {
        let desk = volumes[index]
        let isConnected = desk.report?.isConnected ?? false
        let stands = desk.requestSince != nil && !isConnected && presence == .present
        if (isWanted || stands) && !(peerReport(of: desk.name)?.isPrimary ?? false) {
            guard desk.requestSince == nil else { return }
            volumes[index].requestSince = beats.nextSequence
            log(.info, "volume \(desk.name): asks \(peerName) to mark its copy outdated")
            hasProgress = true
        } else {
            volumes[index].requestSince = nil
        }
    }

    private mutating func order(_ order: VolumeOrder, _ decision: Decision, volume index: Int, at now: Instant) {
        let desk = volumes[index]
        guard desk.order == nil else { return }
        if desk.lastOrder == order, let retryAt = desk.retryAt, now < retryAt { return }
        if desk.lastOrder != order || !decision.isSame(as: desk.decision) { decide(decision) }
        issue(order, volume: index, at: now)
        volumes[index].decision = decision
    }

    mutating func issue(_ order: VolumeOrder, volume index: Int, at now: Instant) {
        let id = OrderID(nextNumber())
        volumes[index].order = id
        volumes[index].lastOrder = order
        volumes[index].retryAt = now + VolumeDesk.pause
        emit(.orderVolume(id, volumes[index].name, order))
    }

    mutating func volumeOrderCompleted(_ id: OrderID, _ result: VolumeOrderResult, at now: Instant) {
        if let index = groups.firstIndex(where: { $0.step?.order == id }) {
            return stepOrderCompleted(index, result, at: now)
        }
        requestOrderCompleted(id, result, at: now)
        guard let index = volumes.firstIndex(where: { $0.order == id }) else { return }
        volumes[index].order = nil
        volumes[index].retryAt = now + VolumeDesk.pause
        switch result {
        case .refused(let reason):
            log(
                .warning,
                "volume \(volumes[index].name): \(volumes[index].lastOrder?.word ?? "order") refused: \(reason)")
        case .done:
            guard volumes[index].lastOrder == .outdate else { return }
            volumes[index].memory.gaveUp()
            if volumes[index].isRenounced { setRenounced(index, false) }
        }
    }

    // MARK: Volumes of a group that serves

    /// An engine that was restarted under a serving group is made primary again; one that stays away is a failed resource.
    mutating func watchVolumes(_ index: Int, at now: Instant) {
        let definition = groups[index].machine.definition
        let lost = definition.resources.firstIndex { resource in
            guard case .volume(let name) = resource.kind, let volume = self.index(of: name) else { return false }
            return !(volumes[volume].report?.isPrimary ?? false)
        }
        guard let resource = lost else {
            groups[index].volumeLostAt = nil
            return
        }
        let since = groups[index].volumeLostAt ?? now
        groups[index].volumeLostAt = since
        groups[index].waiting = "\(title(index, resource)) to be primary again"
        if now - since >= definition.resources[resource].startTimeout {
            groups[index].volumeLostAt = nil
            return resourceFailed(definition.name, resource, "it is not primary any more", at: now)
        }
        guard now - since >= .milliseconds(300), case .volume(let name) = definition.resources[resource].kind,
            let volume = self.index(of: name), volumes[volume].report != nil, volumes[volume].order == nil,
            volumes[volume].retryAt.map({ $0 <= now }) ?? true
        else { return }
        // In total silence only a node that may go on alone may promote alone.
        if presence == .dead || presence == .absent, silence?.isGoingOnAlone != true { return }
        log(.warning, "volume \(name): is made primary again under group \(definition.name)")
        issue(.promote(basis(of: name, group: index, at: now)), volume: volume, at: now)
    }
}

extension VolumeOrder {
    /// As a person reads it.
    var word: String {
        switch self {
        case .promote: "promotion"
        case .demote: "demotion"
        case .resumePeerOutdated, .resumePeerDead: "going on alone"
        case .abandonFrozenWrites: "giving up frozen writes"
        case .outdate: "marking it outdated"
        case .connect, .connectDiscardingMyData: "connecting"
        case .disconnect: "disconnecting"
        case .declareUpToDate: "first synchronisation"
        case .invalidate: "invalidating"
        case .pauseResync, .resumeResync: "pausing or resuming the resync"
        }
    }
}
