import ClusterModel
import Membership
import Ownership

extension Node {
    /// What holds for everything that runs here: duels, total silence, leaving.
    mutating func settleRunning(_ index: Int, at now: Instant) {
        if phase == .leaving { return leaveGroup(index, at: now) }
        switch presence {
        case .present: settleDuel(index, at: now)
        case .dead, .absent: settleOwnerInSilence(index, at: now)
        case .unknown, .left: break
        }
    }

    private mutating func settleDuel(_ index: Int, at now: Instant) {
        let machine = groups[index].machine
        guard let theirs = peerReport(of: machine.definition.name) else { return }
        switch theirs.phase {
        case .stopped, .claiming, .stopping, .stuck: return
        case .starting, .serving: break
        }
        let verdict = DuelPolicy.serving(
            mine: machine.report(isAble: true), theirs: theirs, volumes: facts(of: machine.definition.volumes),
            isPreferred: machine.definition.preferred == name, me: name, peer: peerName)
        switch verdict {
        case .keep:
            groups[index].waiting = "\(peerName) to stop it: both nodes serve it"
        case .giveWay(let decision):
            decide(decision, group: index)
            stop(index, .lostDuel, at: now)
        }
    }

    private mutating func settleOwnerInSilence(_ index: Int, at now: Instant) {
        guard let episode = silence else { return }
        if case .answered(let holder, _) = groups[index].probe {
            decide(
                Decision(
                    rule: .r4, evidence: ["this node did not see its clients for a while", "\(holder) answers now"],
                    sentence: "\(name) stops \(groups[index].name): somebody else holds its address since"),
                group: index)
            groups[index].probe = .none
            return stop(index, .isolated, at: now)
        }
        guard !episode.isGoingOnAlone else { return }
        let verdict = SilencePolicy.owner(
            .init(
                me: name, peer: peerName, silence: now - episode.since,
                ping: pingFinding(from: episode.windowStart, episode, at: now), policy: definition.silence,
                isBoundOver: now >= episode.bound))
        switch verdict {
        case .goOn(let decision):
            decide(decision, group: index)
            silence?.isGoingOnAlone = true
            hasProgress = true
        case .stop(let decision):
            decide(decision, group: index)
            if decision.rule == .r5 { silence?.hasStoodDown = true }
            stop(index, .isolated, at: now)
        case .wait(let what):
            groups[index].waiting = what
        }
    }

    func pingFinding(from start: Instant, _ episode: SilenceEpisode, at now: Instant) -> PingFinding {
        guard pings.isConfigured else { return .notConfigured }
        if episode.wasPingDeadForBoth { return .deadForBoth }
        // An answer that came back just when the peer fell silent says nothing about what it did before.
        if episode.wasPingDeadHere, start <= episode.since { return .notThroughout }
        return pings.answeredThroughout(from: start, to: now) ? .answeredThroughout : .notThroughout
    }

    // MARK: Serving

    /// Planned moves, and what may go wrong with a group that serves.
    mutating func settleServing(_ index: Int, at now: Instant) {
        if let repair = groups[index].pendingRepair { return settleRepair(index, repair, at: now) }
        watchVolumes(index, at: now)
        guard groups[index].machine.state == .serving, presence == .present else { return }
        let refusals = MovePolicy.refusalsToGive(moveFacts(group: index))
        if groups[index].isHandOverWanted {
            groups[index].isHandOverWanted = false
            if refusals.isEmpty { return handOver(index, .person, ["a person asked for it"], at: now) }
        }
        guard refusals.isEmpty else { return }
        if peerReport(of: groups[index].name)?.wish == .giveItToMe {
            return handOver(index, .person, ["a person asked for it on \(peerName)"], at: now)
        }
        if hasLostClients(at: now) {
            let evidence = ["no ping node answers \(name), one answers \(peerName)"]
            return handOver(index, .failure, evidence, at: now)
        }
        if failsBack(index, refusals, at: now) {
            let evidence = [
                "\(peerName) is its preferred node and ready",
                "auto_failback \(definition.timing.autoFailback.rawValue)",
            ]
            handOver(index, .agreement, evidence, at: now)
        }
    }

    private mutating func handOver(_ index: Int, _ rule: Rule, _ evidence: [String], at now: Instant) {
        decide(
            Decision(
                rule: rule, evidence: evidence, sentence: "\(name) hands \(groups[index].name) over to \(peerName)"),
            group: index)
        stop(index, .handOver, at: now)
    }

    /// The paper's ipfail: the other node still sees the clients' network, this one does not.
    private func hasLostClients(at now: Instant) -> Bool {
        guard let since = clientViewLostAt, monitor.latest?.reachesPingNode == true else { return false }
        return now - since >= definition.timing.deadtime
    }

    private func failsBack(_ index: Int, _ refusals: [String], at now: Instant) -> Bool {
        let desk = groups[index]
        guard desk.machine.definition.preferred == peerName else { return false }
        let isPinned = desk.pinnedAgainst != nil && desk.pinnedAgainst == monitor.latest?.incarnation
        return FailbackPolicy.movesBack(
            choice: definition.timing.autoFailback, refusals: refusals, isPinned: isPinned,
            peerAge: monitor.aliveSince.map { now - $0 } ?? .zero, patience: failbackPatience,
            allVolumes: facts(of: volumes.map(\.name)))
    }

    /// A peer that comes and goes must not pull the groups to and fro.
    var failbackPatience: Duration { max(definition.timing.deadtime, .seconds(1)) }

    // MARK: Stopping

    /// Stops a group for a reason; where the other node shall take it, an epoch is granted with it.
    mutating func stop(_ index: Int, _ reason: StopReason, at now: Instant) {
        let offers: Bool =
            switch reason {
            case .handOver, .failedAgain: true
            case .leaving: presence == .present && MovePolicy.refusalsToGive(moveFacts(group: index)).isEmpty
            case .lostDuel, .isolated, .startFailed, .leftBehind: false
            }
        var granted: Epoch?
        if offers {
            epoch = epoch.next
            granted = epoch
        }
        groups[index].pendingRepair = nil
        groups[index].volumeLostAt = nil
        let actions = groups[index].machine.stop(reason, handingOver: granted, at: now)
        hasProgress = true
        let store = save()
        groups[index].handOverStore = offers ? store : nil
        perform(actions, group: index, at: now)
    }

    private mutating func leaveGroup(_ index: Int, at now: Instant) {
        stop(index, .leaving, at: now)
    }

    // MARK: Stuck

    mutating func settleStuck(_ index: Int, _ reason: String, at now: Instant) {
        groups[index].waiting = "a person: it could not be stopped (\(reason))"
        if definition.watchdog != nil, reset == nil {
            return fence("group \(groups[index].name) could not be stopped: \(reason)", at: now)
        }
        guard let retryAt = groups[index].stuckRetryAt else {
            groups[index].stuckRetryAt = now + .seconds(30)
            return
        }
        guard retryAt <= now else { return }
        groups[index].stuckRetryAt = nil
        perform(groups[index].machine.retryStop(), group: index, at: now)
    }

    /// R6: rather reset than be one of two owners. The reason is stored first, so that no loop can come of it.
    private mutating func fence(_ reason: String, at now: Instant) {
        selfFences.append(SelfFence(boot: boot, reason: reason))
        selfFences = Array(selfFences.suffix(8))
        decide(Decision(rule: .r6, evidence: [reason], sentence: "\(name) resets itself"))
        reset = (reason, save())
        arm(.reset, at: now + .seconds(1))
    }

    mutating func settleReset(at now: Instant) {
        guard let reset, stores.isStored(reset.store) else { return }
        resetNow()
    }

    mutating func resetNow() {
        guard let reset else { return }
        emit(.resetMachine(reason: reset.reason))
    }
}
