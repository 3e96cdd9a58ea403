import ClusterModel
import Membership
import Ownership

extension Node {
    /// Compares everything with what the policies want, until nothing changes any more.
    mutating func settle(at now: Instant) {
        checkMembership(at: now)
        if let effect = stores.retry(at: now) { emit(effect) }
        var rounds = 0
        repeat {
            hasProgress = false
            becomeActiveIfClear(at: now)
            endVoteIfOver(at: now)
            for index in groups.indices { settle(group: index, at: now) }
            for index in volumes.indices { settle(volume: index, at: now) }
            settleRequests(at: now)
            settleLeaving(at: now)
            settleReset(at: now)
            rounds += 1
        } while hasProgress && rounds < 16
    }

    private mutating func endVoteIfOver(at now: Instant) {
        guard let episode = silence, !episode.isVoteOver, now >= episode.voteEnds else { return }
        silence?.isVoteOver = true
    }

    private mutating func settle(group index: Int, at now: Instant) {
        groups[index].waiting = nil
        groups[index].wantsOutdated = []
        retryStep(group: index, at: now)
        switch groups[index].machine.state {
        case .stopped: settleStopped(index, at: now)
        case .claiming: settleClaim(index, at: now)
        case .starting, .repairing:
            settleOutdateWishes(group: index, at: now)
            settleRunning(index, at: now)
        case .serving:
            settleRunning(index, at: now)
            if groups[index].machine.state == .serving { settleServing(index, at: now) }
        case .stopping: break
        case .stuck(let reason): settleStuck(index, reason, at: now)
        }
    }

    // MARK: Stopped

    private mutating func settleStopped(_ index: Int, at now: Instant) {
        prepareForHandOver(index)
        dropWishIfOver(index, at: now)
        retryProbeIfOver(index, at: now)
        if phase == .leaving || phase == .left || reset != nil { return }
        guard phase == .active || presence != .unknown else {
            groups[index].waiting = "\(peerName), which was not heard yet"
            return
        }
        switch StartPolicy.judge(startFacts(group: index, at: now)) {
        case .leaveToPeer: break
        case .wait(let what): groups[index].waiting = what
        case .claim(let decision): claim(index, decision, at: now)
        case .take(let granted, let decision): take(index, granted, decision, at: now)
        case .probe(let what):
            groups[index].waiting = what
            beginProbe(group: index, within: min(max(definition.timing.deadtime / 2, .milliseconds(200)), .seconds(1)))
        case .requestOutdate(let volumes, let what):
            groups[index].waiting = what
            groups[index].wantsOutdated = volumes
        case .stepBack(let decision): stepBack(index, decision)
        case .abstain(let decision): abstain(index, decision)
        }
    }

    private mutating func claim(_ index: Int, _ decision: Decision, at now: Instant) {
        let prepared = groups[index].preparedEpoch ?? .zero
        let claimed = prepared > groups[index].machine.epoch && prepared >= epoch ? prepared : epoch.next
        epoch = max(epoch, claimed)
        groups[index].preparedEpoch = nil
        groups[index].machine.claim(claimed)
        decide(decision, group: index)
        groups[index].origin = decision
        groups[index].pinnedAgainst = nil
        // What allows taking over in silence allows going on in it.
        silence?.isGoingOnAlone = true
        groups[index].claim = .init(store: save(), sequence: nil, isGranted: false)
        hasProgress = true
    }

    private mutating func take(_ index: Int, _ granted: Epoch, _ decision: Decision, at now: Instant) {
        claim(index, decision, at: now)
        groups[index].claim?.isGranted = true
        // Moved on purpose, and not because the peer lost its clients: it stays until the peer restarts.
        let lostClients = monitor.latest?.reachesPingNode == false
        groups[index].pinnedAgainst = lostClients ? nil : monitor.latest?.incarnation
    }

    private mutating func stepBack(_ index: Int, _ decision: Decision) {
        decide(decision, group: index)
        groups[index].waiting = "the service address, which the other node or a stranger still holds"
        for name in groups[index].machine.definition.volumes {
            if let volume = self.index(of: name) { volumes[volume].steppedBack = true }
        }
        endVote(index)
    }

    private mutating func abstain(_ index: Int, _ decision: Decision) {
        decide(decision, group: index)
        groups[index].waiting = "a ping node to answer, or \(peerName)"
        // Whoever sees nothing of the clients' network learns nothing by asking in it.
        groups[index].probe = .none
        endVote(index)
    }

    private mutating func endVote(_ index: Int) {
        guard !groups[index].machine.definition.volumes.isEmpty, silence?.isVoteOver == false else { return }
        silence?.isVoteOver = true
        hasProgress = true
    }

    /// The peer stops it for us: have the epoch on stable storage before it is done.
    private mutating func prepareForHandOver(_ index: Int) {
        guard let report = peerReport(of: groups[index].name), report.wish == .takeIt else { return }
        guard report.phase == .stopping || report.phase == .stopped, presence == .present else { return }
        guard groups[index].preparedEpoch != report.epoch, report.epoch > groups[index].machine.epoch else { return }
        groups[index].preparedEpoch = report.epoch
        save()
    }

    mutating func prepareClaim(group index: Int) {
        if let prepared = groups[index].preparedEpoch, prepared > groups[index].machine.epoch, prepared >= epoch {
            return
        }
        epoch = epoch.next
        groups[index].preparedEpoch = epoch
        save()
    }

    /// An offer that nobody takes, or a request that nobody answers, ends.
    private mutating func dropWishIfOver(_ index: Int, at now: Instant) {
        let machine = groups[index].machine
        guard machine.wish != .none, let since = machine.wishedAt else { return }
        switch (machine.wish, peerReport(of: machine.definition.name)?.phase) {
        case (.takeIt, .starting), (.takeIt, .serving), (.takeIt, .claiming):
            groups[index].machine.dropWish()
            hasProgress = true
        case (.takeIt, _):
            guard presence != .present || now - since >= offerPatience else { return }
            log(.warning, "\(peerName) did not take \(machine.definition.name), which was offered to it")
            groups[index].machine.dropWish()
            hasProgress = true
        case (.giveItToMe, _), (.none, _):
            break
        }
    }

    /// How long an offered group waits for the peer to begin.
    var offerPatience: Duration { max(definition.timing.deadtime, .seconds(5)) }

    private mutating func retryProbeIfOver(_ index: Int, at now: Instant) {
        switch groups[index].probe {
        case .none, .asking: break
        case .quiet(let at), .answered(_, let at):
            if now - at >= probeLife { groups[index].probe = .none }
        }
    }

    /// How long an answer, or its absence, counts.
    var probeLife: Duration { max(definition.timing.deadtime, .seconds(2)) }

    // MARK: Claiming

    private mutating func settleClaim(_ index: Int, at now: Instant) {
        guard let claim = groups[index].claim else {
            preconditionFailure("\(groups[index].name) is claiming without a claim")
        }
        if phase == .leaving || reset != nil { return withdraw(index) }
        let isStored = stores.isStored(claim.store)
        if isStored, claim.sequence == nil {
            groups[index].claim?.sequence = beats.nextSequence
            hasProgress = true
        }
        switch consent(to: claim, group: index, at: now) {
        case .refused: withdraw(index)
        case .pending(let what): groups[index].waiting = what
        case .given:
            guard isStored else {
                groups[index].waiting = stores.failure.map { "stable storage: \($0)" } ?? "stable storage"
                return
            }
            groups[index].claim = nil
            groups[index].isPeerReborn = false
            hasProgress = true
            perform(groups[index].machine.start(), group: index, at: now)
            save()
        }
    }

    private enum Consent {
        case given
        case pending(String)
        case refused
    }

    /// Beside a living peer nothing starts before the peer, not running it itself, has seen the claim and stored its epoch.
    /// Two claims can so never both be granted: each side grants only while it does not claim.
    private func consent(to claim: GroupDesk.Claim, group index: Int, at now: Instant) -> Consent {
        let machine = groups[index].machine
        guard presence == .present else {
            return isStillClaimable(index, at: now) ? .given : .refused
        }
        guard let report = peerReport(of: machine.definition.name), let beat = monitor.latest else { return .refused }
        switch report.phase {
        case .starting, .serving, .stopping, .stuck: return .refused
        case .claiming:
            let mine = machine.report(isAble: true)
            let wins = DuelPolicy.claims(mine: mine, theirs: report, isPreferred: machine.definition.preferred == name)
            return wins ? .pending("\(peerName) to withdraw its claim") : .refused
        case .stopped: break
        }
        if claim.isGranted && report.wish == .takeIt { return .given }
        guard isStillClaimable(index, at: now) else { return .refused }
        guard let sequence = claim.sequence, let heard = beat.heard else { return .pending("stable storage") }
        let hasSeen = heard.incarnation == incarnation && heard.sequence >= sequence
        return hasSeen && beat.epoch >= machine.epoch ? .given : .pending("\(peerName) to confirm")
    }

    private func isStillClaimable(_ index: Int, at now: Instant) -> Bool {
        switch StartPolicy.judge(startFacts(group: index, at: now)) {
        case .claim, .take: true
        case .leaveToPeer, .wait, .probe, .requestOutdate, .stepBack, .abstain: false
        }
    }

    private mutating func withdraw(_ index: Int) {
        log(.info, "\(name) withdraws its claim to \(groups[index].name)")
        groups[index].machine.withdraw()
        groups[index].claim = nil
        groups[index].decision = nil
        hasProgress = true
        save()
    }
}
