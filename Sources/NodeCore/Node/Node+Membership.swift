import ClusterModel
import Membership
import Ownership

extension Node {
    /// Looks for silences that have become too long.
    mutating func checkMembership(at now: Instant) {
        let before = monitor.latest
        for observation in monitor.check(at: now) { observe(observation, before: before, at: now) }
        if pings.isAnyAnswering(at: now) == false {
            clientViewLostAt = clientViewLostAt ?? now
        } else if clientViewLostAt != nil {
            clientViewLostAt = nil
            clientsSeenAgain()
        }
    }

    /// While this node, going on alone, did not see its clients, the other may have taken over: ask before they see both.
    private mutating func clientsSeenAgain() {
        guard silence?.isGoingOnAlone == true else { return }
        for index in groups.indices where groups[index].machine.mayRun {
            beginProbe(group: index, within: .milliseconds(300))
        }
    }

    mutating func observe(_ observation: PeerObservation, before: Heartbeat?, at now: Instant) {
        switch observation {
        case .linkUp(let link): log(.info, "link \(link) up")
        case .linkLate(let link): log(.warning, "late heartbeat on link \(link)")
        case .linkSilent(let link): log(.warning, "link \(link) silent")
        case .linkUnheardByPeer(let link): log(.warning, "\(peerName) does not hear us on link \(link): one-way cut")
        case .linkHeardByPeerAgain(let link): log(.info, "\(peerName) hears us on link \(link)")
        case .heardFirst: log(.info, "\(peerName) is up")
        case .returned(let silence): peerReturned(silence)
        case .late(let silence): peerLate(silence, at: now)
        case .dead(let silence):
            log(.warning, "\(peerName) is dead: silent on every link for \(durationText(silence))")
            beginSilence(at: now)
        case .absent:
            log(.warning, "\(peerName) was not heard for \(durationText(definition.timing.initdead)) since our start")
            beginSilence(at: now)
        case .left: log(.info, "\(peerName) left in order")
        case .rebooted: peerRebooted(before)
        case .restarted: peerRestarted()
        case .configurationDiffers:
            log(
                .error,
                "\(peerName)'s configuration differs from ours: both nodes keep what they have, and refuse moves")
        case .configurationAgrees: log(.info, "\(peerName)'s configuration is the same as ours again")
        case .news: break
        }
    }

    /// After a heal the neighbours may remember the wrong machine: announce again.
    private mutating func peerReturned(_ silence: Duration) {
        log(.info, "\(peerName) is back after \(durationText(silence))")
        for index in volumes.indices {
            let isFollowed = volumes[index].report.map { $0.isConnected || $0.isPrimary } ?? false
            if !isFollowed { volumes[index].memory.gaveUp() }
        }
        for desk in groups where desk.machine.state == .serving && !desk.machine.definition.addresses.isEmpty {
            emit(.announceAddresses(desk.name))
        }
    }

    private mutating func peerLate(_ silence: Duration, at now: Instant) {
        log(.warning, "\(peerName) is late: no heartbeat for \(durationText(silence))")
        let rest = monitor.deadAt - now
        for index in groups.indices where isLikelyHeir(group: index) {
            prepareClaim(group: index)
            beginProbe(group: index, within: max(rest - .milliseconds(20), .milliseconds(80)))
        }
    }

    /// The peer runs it, and we would take it over if it died.
    private func isLikelyHeir(group index: Int) -> Bool {
        guard phase == .active, groups[index].machine.state == .stopped, isAble(group: index) else { return false }
        switch peerReport(of: groups[index].name)?.phase {
        case .starting, .serving, .stopping: return true
        case .stopped, .stuck, .claiming, nil: return false
        }
    }

    private mutating func beginSilence(at now: Instant) {
        silence = SilenceEpisode(
            since: monitor.silentSince, declaredAt: now, deadtime: definition.timing.deadtime,
            pingViews: lastPingViews)
        if let patience = groups.indices.compactMap({ startPatience(group: $0) }).max() {
            silence?.voteEnds += patience
        }
        for index in groups.indices {
            // An answer from before it died says nothing about now.
            if case .answered = groups[index].probe { groups[index].probe = .none }
        }
    }

    /// The crash that no silence shows: what ran on the old boot is gone, at once.
    private mutating func peerRebooted(_ before: Heartbeat?) {
        log(.warning, "\(peerName) has booted anew: whatever ran there is gone")
        for index in groups.indices {
            switch before?.groups.first(where: { $0.group == groups[index].name })?.phase {
            case .starting, .serving, .stopping, .stuck: groups[index].isPeerReborn = true
            case .stopped, .claiming, nil: break
            }
        }
        forgetAnswers()
    }

    private mutating func peerRestarted() {
        log(.info, "\(peerName)'s cluster process has restarted")
        forgetAnswers()
    }

    /// A new incarnation has not heard what the old one confirmed: every open question is put anew.
    private mutating func forgetAnswers() {
        for index in volumes.indices where volumes[index].requestSince != nil {
            volumes[index].requestSince = beats.nextSequence
        }
        for index in groups.indices where groups[index].claim?.sequence != nil {
            groups[index].claim?.sequence = beats.nextSequence
        }
    }

    // MARK: Links and probes

    mutating func linkFailed(_ link: LinkName, _ reason: String) {
        monitor.setFault(reason, of: link)
        log(.error, "link \(link) cannot be used: \(reason)")
    }

    mutating func linkRestored(_ link: LinkName) {
        monitor.setFault(nil, of: link)
        log(.info, "link \(link) can be used again")
    }

    mutating func carrierChanged(_ link: LinkName, isUp: Bool, at now: Instant) {
        monitor.setCarrier(isUp, of: link)
        carriers.changed(link, isUp: isUp, at: now)
        log(isUp ? .info : .warning, "link \(link): carrier \(isUp ? "up" : "lost")")
    }

    mutating func beginProbe(group index: Int, within: Duration) {
        let addresses = groups[index].machine.definition.addresses
        guard !addresses.isEmpty else { return }
        let id = ProbeID(nextNumber())
        groups[index].probe = .asking(id)
        emit(.probeAddresses(id, addresses, within: within))
    }

    mutating func probeCompleted(_ id: ProbeID, _ holder: HardwareAddress?, at now: Instant) {
        guard let index = groups.firstIndex(where: { $0.probe == .asking(id) }) else { return }
        guard let holder else {
            groups[index].probe = .quiet(at: now)
            return
        }
        // While it is only late the peer may hold it by right; asked again once it is dead.
        groups[index].probe = presence == .present ? .none : .answered(holder, at: now)
    }

    func probeFinding(group index: Int) -> ProbeFinding {
        guard !groups[index].machine.definition.addresses.isEmpty else { return .noAddress }
        return switch groups[index].probe {
        case .none: .notAsked
        case .asking: .asking
        case .quiet: .quiet
        case .answered(let holder, _): .answered(holder.description)
        }
    }
}
