import ClusterModel
import Membership
import Ownership

/// What the policies look at, gathered from what is known.
extension Node {
    func startFacts(group index: Int, at now: Instant) -> StartFacts {
        let desk = groups[index]
        let definition = desk.machine.definition
        return StartFacts(
            group: definition, me: name, peer: peerName, isActive: phase == .active,
            disability: disability(group: index, at: now), isForced: desk.isForced, presence: presence,
            peerPhase: monitor.latest?.phase, report: peerReport(of: desk.name),
            peerAge: monitor.aliveSince.map { now - $0 } ?? .zero, isPeerReborn: desk.isPeerReborn,
            isOffered: desk.machine.wish == .takeIt, volumes: facts(of: definition.volumes),
            silence: silenceFacts(group: index, at: now))
    }

    private func silenceFacts(group index: Int, at now: Instant) -> SilenceFacts {
        guard let silence else { return SilenceFacts(probe: probeFinding(group: index)) }
        // Only volumes can have grown old meanwhile: without them the last deadtime is enough.
        let hasVolumes = !groups[index].machine.definition.volumes.isEmpty
        let start =
            hasVolumes ? silence.windowStart : max(silence.windowStart, now - definition.timing.deadtime)
        return SilenceFacts(
            duration: now - silence.since, ping: pingFinding(from: start, silence, at: now),
            probe: probeFinding(group: index), isVoteOver: silence.isVoteOver,
            startPatience: startPatience(group: index), sinceDeclared: now - silence.declaredAt,
            hasStoodDown: silence.hasStoodDown,
            fallenCarriers: carriers.fellTogether)
    }

    /// How long a silent peer may still need to bring up the address of a group that it was just starting; nil where it was
    /// not. Its time-outs bound it, whatever it does.
    func startPatience(group index: Int) -> Duration? {
        let definition = groups[index].machine.definition
        switch peerReport(of: definition.name)?.phase {
        case .starting, .claiming: break
        case .stopped, .serving, .stopping, .stuck, nil: return nil
        }
        let last = definition.resources.lastIndex { if case .address = $0.kind { true } else { false } }
        guard let last else { return nil }
        let timeouts = definition.resources[...last].reduce(Duration.zero) { $0 + $1.startTimeout }
        return timeouts + self.definition.timing.deadtime * 2
    }

    /// Why this node must not start the group by itself, apart from its volumes.
    func disability(group index: Int, at now: Instant) -> String? {
        if let quietReason { return quietReason }
        guard let disability = groups[index].machine.disability else { return nil }
        // Nobody else can either: trying again now and then beats waiting for a person.
        if now - disability.since >= disabilityPause, !isServable(by: index) { return nil }
        return disability.reason
    }

    var disabilityPause: Duration { .seconds(60) }

    private func isServable(by index: Int) -> Bool {
        guard presence == .present, let report = peerReport(of: groups[index].name) else { return false }
        return report.isAble || report.phase == .serving || report.phase == .starting
    }

    /// What the beats say about this node's ability.
    func isAble(group index: Int) -> Bool {
        let desk = groups[index]
        if quietReason != nil || desk.machine.disability != nil { return false }
        guard phase == .starting || phase == .active else { return false }
        switch desk.machine.state {
        case .serving, .starting, .repairing: return true
        case .stuck: return false
        case .stopped, .claiming, .stopping:
            return facts(of: desk.machine.definition.volumes).allSatisfy { $0.isCurrent && !$0.isRenounced }
        }
    }

    func facts(of names: [VolumeName]) -> [VolumeFacts] {
        names.compactMap { name in index(of: name).map { facts(of: volumes[$0]) } }
    }

    func facts(of desk: VolumeDesk) -> VolumeFacts {
        let isProven = desk.report.map { proven.contains(ProvenCopy(volume: desk.name, generation: $0.generation)) }
        return VolumeFacts(
            name: desk.name, own: desk.report, peer: peerReport(of: desk.name),
            isCurrent: desk.memory.isCurrent(desk.report), isProven: isProven ?? false, isRenounced: desk.isRenounced,
            isPeerOutdated: isPeerOutdatedConfirmed(desk))
    }

    /// Only an answer to our question counts: an older beat may speak of a copy that a resync has completed since.
    private func isPeerOutdatedConfirmed(_ desk: VolumeDesk) -> Bool {
        guard let since = desk.requestSince, let beat = monitor.latest, let heard = beat.heard else { return false }
        guard heard.incarnation == incarnation, heard.sequence >= since else { return false }
        return peerReport(of: desk.name)?.isUselessAlone ?? false
    }

    func moveFacts(group index: Int) -> MovePolicy.Facts {
        let desk = groups[index]
        return MovePolicy.Facts(
            group: desk.machine.definition, me: name, peer: peerName, presence: presence,
            isPeerLate: monitor.verdict == .late, peerPhase: monitor.latest?.phase, report: peerReport(of: desk.name),
            hasSameConfiguration: monitor.hasSameConfiguration ?? false,
            volumes: facts(of: desk.machine.definition.volumes),
            disability: quietReason ?? desk.machine.disability?.reason,
            isReachedHere: lastPingViews.own, isReachedThere: monitor.latest?.reachesPingNode)
    }
}
