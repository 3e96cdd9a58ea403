import ClusterModel
import Membership
import Ownership

extension Node {
    /// What `bascule status` shows; changes nothing.
    package func status(at now: Instant) -> NodeStatus {
        NodeStatus(
            cluster: definition.name, node: name, phase: phase, epoch: epoch, boot: boot, incarnation: incarnation,
            peer: peerStatus(at: now), links: monitor.links.map { linkStatus($0, at: now) },
            pingNodes: definition.pingNodes.map {
                PingStatus(address: $0, isAnswering: pings.isAnswering($0, at: now))
            },
            groups: groups.indices.map { groupStatus($0, at: now) }, volumes: volumes.map(volumeStatus),
            decisions: journal.decisions, warnings: warnings(at: now))
    }

    private func peerStatus(at now: Instant) -> PeerStatus {
        PeerStatus(
            name: peerName, verdict: monitor.verdict.word, phase: monitor.latest?.phase, boot: monitor.latest?.boot,
            silenceMilliseconds: monitor.lastHeard.map { (now - $0).milliseconds },
            delayMicroseconds: delay.microseconds, hasSameConfiguration: monitor.hasSameConfiguration,
            sentence: peerSentence(at: now))
    }

    private func peerSentence(at now: Instant) -> String {
        let silence = durationText(now - monitor.silentSince)
        return switch monitor.verdict {
        case .unheard:
            "\(peerName) was not heard yet; initdead ends in \(durationText(max(monitor.deadAt - now, .zero)))"
        case .absent: "\(peerName) was not heard since the start of \(name)"
        case .alive: "\(peerName) is alive"
        case .late: "\(peerName) is late: silent for \(silence)"
        case .dead: "\(peerName) is dead: silent on every link for \(silence)"
        case .left: "\(peerName) left in order"
        }
    }

    private func linkStatus(_ link: LinkMonitor, at now: Instant) -> LinkStatus {
        let total = delay.microseconds.map { $0 + (link.lag.microseconds ?? 0) }
        return LinkStatus(
            name: link.name, state: link.fault == nil ? link.health.word : .faulty, fault: link.fault,
            hasCarrier: link.hasCarrier, silenceMilliseconds: link.lastBeat.map { (now - $0).milliseconds },
            received: link.received, lost: link.lost, late: link.late, duplicates: link.duplicates,
            replays: link.replays, delayMicroseconds: total, isHeardByPeer: link.isHeardByPeer)
    }

    private func groupStatus(_ index: Int, at now: Instant) -> GroupStatus {
        let desk = groups[index]
        let isPeerKnown = presence == .present
        let theirs = isPeerKnown ? peerReport(of: desk.name) : nil
        return GroupStatus(
            name: desk.name, preferred: desk.machine.definition.preferred, owner: owner(index),
            phase: desk.machine.phase, peerPhase: theirs?.phase, epoch: max(desk.machine.epoch, theirs?.epoch ?? .zero),
            isAbleHere: isAble(group: index), isAbleThere: theirs?.isAble, sentence: whereIs(index),
            waitingFor: desk.waiting, decision: desk.decision, resources: resourceStatus(desk))
    }

    private func owner(_ index: Int) -> NodeName? {
        switch groups[index].machine.state {
        case .starting, .serving, .repairing, .stopping, .stuck: return name
        case .stopped, .claiming: return isRunByPeer(index) ? peerName : nil
        }
    }

    private func isRunByPeer(_ index: Int) -> Bool {
        guard presence == .present else { return false }
        switch peerReport(of: groups[index].name)?.phase {
        case .starting, .serving, .stopping, .stuck: return true
        case .stopped, .claiming, nil: return false
        }
    }

    /// Who serves a group, and why.
    func whereIs(_ index: Int) -> String {
        let desk = groups[index]
        let why = desk.origin.map { " (\($0.sentence) [\($0.rule.rawValue)])" } ?? ""
        switch desk.machine.state {
        case .serving: return "\(name) serves it\(why)"
        case .starting: return "\(name) starts it\(why)"
        case .repairing: return "\(name) restarts a part of it"
        case .stopping: return "\(name) stops it"
        case .stuck(let reason): return "\(name) could not stop it: \(reason)"
        case .claiming: return "\(name) is about to start it"
        case .stopped: break
        }
        if isRunByPeer(index) {
            return "\(peerName) has it: \(peerReport(of: desk.name)?.phase.word ?? "")"
        }
        if let waiting = desk.waiting { return "nobody serves it: waits for \(waiting)" }
        return "nobody serves it"
    }

    private func resourceStatus(_ desk: GroupDesk) -> [ResourceStatus] {
        desk.machine.definition.resources.enumerated().map { index, resource in
            ResourceStatus(
                title: resource.title, state: desk.machine.stepper.conditions[index].word,
                failure: desk.machine.stepper.failures[index])
        }
    }

    private func volumeStatus(_ desk: VolumeDesk) -> VolumeStatus {
        VolumeStatus(
            name: desk.name, report: desk.report, peerReport: presence == .present ? peerReport(of: desk.name) : nil,
            sentence: volumeSentence(desk))
    }

    private func volumeSentence(_ desk: VolumeDesk) -> String {
        guard let own = desk.report else { return "no engine is running here" }
        if own.isSplitBrain { return "split brain: both copies were written apart; a person must decide" }
        if own.isFrozen {
            return desk.requestSince == nil
                ? "frozen: waits for \(peerName)" : "frozen: waits for \(peerName) to mark its copy outdated"
        }
        if desk.isRenounced { return "given up in favour of \(peerName)'s copy, until it is resynchronised" }
        switch own.replication {
        case .connected: return own.copy == .upToDate ? "connected, UpToDate" : "connected, \(own.copy.word)"
        case .resyncSource: return "fills \(peerName)'s copy: \(byteText(own.outOfSyncBytes)) to go"
        case .resyncTarget: return "is filled by \(peerName): \(byteText(own.outOfSyncBytes)) to go"
        case .disconnected: return "\(own.copy.word), looks for \(peerName)'s engine"
        case .standAlone: return "\(own.copy.word), stands alone until told to connect"
        }
    }

    private func warnings(at now: Instant) -> [String] {
        var warnings: [String] = []
        if let quietReason { warnings.append(quietReason) }
        if monitor.hasSameConfiguration == false {
            warnings.append("the configurations of the two nodes differ: moves are refused")
        }
        if filter.namesakes > 0 { warnings.append("another machine calls itself \(name) too") }
        if filter.strangers > 0 { warnings.append("a node that is not configured beats with this cluster's key") }
        if filter.foreign > 0 { warnings.append("beats of another cluster come in") }
        if monitor.staleBeats > 0 {
            warnings.append("beats of an older run of \(peerName) came in: replays, or two machines of that name")
        }
        if let failure = stores.failure { warnings.append("the state cannot be stored: \(failure)") }
        if let watchdog = definition.watchdog {
            if let objection = WatchdogPolicy.objection(watchdog, timing: definition.timing) {
                warnings.append("the watchdog is not armed: \(objection)")
            }
        }
        for link in monitor.links where link.isHeardByPeer == false && link.health == .up {
            warnings.append("one-way cut: \(peerName) does not hear us on link \(link.name)")
        }
        if pings.isAnyAnswering(at: now) == false {
            warnings.append("no ping node answers: a volume is not taken over from a silent \(peerName) meanwhile (R3)")
        }
        return warnings
    }
}

extension PeerVerdict {
    var word: PeerVerdictWord {
        switch self {
        case .unheard: .unheard
        case .absent: .absent
        case .alive: .alive
        case .late: .late
        case .dead: .dead
        case .left: .left
        }
    }
}

extension LinkMonitor.Health {
    var word: LinkStatus.State {
        switch self {
        case .unheard: .unheard
        case .up: .up
        case .late: .late
        case .silent: .silent
        }
    }
}

extension Stepper.Condition {
    var word: ResourceStatus.State {
        switch self {
        case .unknown, .stopped: .stopped
        case .starting: .starting
        case .started: .started
        case .stopping: .stopping
        case .failed: .failed
        }
    }
}
