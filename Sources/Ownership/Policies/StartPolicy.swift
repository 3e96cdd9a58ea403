import ClusterModel

/// Decides whether a group that is stopped here is to be started here.
///
/// Looked at again whenever anything changed: it compares states and remembers nothing.
package enum StartPolicy {
    package enum Verdict: Hashable, Sendable {
        /// Claim it, with the peer's consent where it is present.
        case claim(Decision)
        /// The peer stopped it for us under this epoch: start at once.
        case take(Epoch, Decision)
        /// It is the peer's; nothing is waited for.
        case leaveToPeer
        /// It should run here, or somewhere, and cannot yet: what is waited for.
        case wait(String)
        /// Ask who holds the addresses.
        case probe(String)
        /// Ask the peer to mark its copies of these volumes outdated first.
        case requestOutdate([VolumeName], String)
        /// Somebody holds the address: this copy steps back (R3).
        case stepBack(Decision)
        /// The moment to take over has passed without the evidence that R3 wants.
        case abstain(Decision)
    }

    /// How long a node that is not preferred waits for a preferred one that has just appeared and may be about to be able.
    package static let settling = Duration.seconds(3)

    package static func judge(_ facts: StartFacts) -> Verdict {
        switch facts.presence {
        case .present: besidePeer(facts)
        case .unknown: facts.isForced ? alone(facts) : .wait("\(facts.peer), which was not heard yet")
        case .absent: alone(facts)
        case .dead: inSilence(facts)
        case .left: afterLeave(facts)
        }
    }
}

// MARK: The peer is heard

extension StartPolicy {
    private static func besidePeer(_ facts: StartFacts) -> Verdict {
        guard let report = facts.report else {
            return .wait("\(facts.peer) to know group \(facts.group.name): the two configurations differ")
        }
        switch report.phase {
        case .starting, .serving, .stopping, .claiming:
            return .leaveToPeer
        case .stuck:
            return .wait("\(facts.peer), which could not stop it: it must be stopped there, or reset")
        case .stopped:
            return besideStopped(facts, report)
        }
    }

    private static func besideStopped(_ facts: StartFacts, _ report: GroupReport) -> Verdict {
        guard facts.isActive, !facts.isOffered else { return .leaveToPeer }
        if report.wish == .giveItToMe { return .leaveToPeer }
        if let disability = facts.disability, !facts.isForced {
            return isStartableThere(facts, report) ? .leaveToPeer : .wait("a person: \(disability)")
        }
        switch readiness(facts, { $0.readinessBesidePeer(facts.peer, isPeerReborn: facts.isPeerReborn) }) {
        case .waits(let what):
            return isStartableThere(facts, report) ? .leaveToPeer : .wait(what)
        case .needsOutdate(let volumes):
            if report.wish == .takeIt { return take(facts, report) }
            if let reason = yields(facts, report) { return .wait(reason) }
            return .requestOutdate(volumes, "\(facts.peer) to mark its copy outdated")
        case .ready:
            if report.wish == .takeIt { return take(facts, report) }
            if let reason = yields(facts, report) { return .wait(reason) }
            return .claim(agreement(facts, report))
        }
    }

    private static func take(_ facts: StartFacts, _ report: GroupReport) -> Verdict {
        .take(
            report.epoch,
            Decision(
                rule: .agreement, evidence: ["\(facts.peer) stopped it and offers it"],
                sentence: "\(facts.me) takes \(facts.group.name) over from \(facts.peer) by agreement"))
    }

    /// Why the peer goes first, or nil.
    private static func yields(_ facts: StartFacts, _ report: GroupReport) -> String? {
        if facts.isForced || facts.isPeerReborn || facts.group.preferred == facts.me { return nil }
        if isStartableThere(facts, report) { return "\(facts.peer), its preferred node, to start it" }
        let mayBecomeAble = facts.peerPhase == .starting || !facts.group.volumes.isEmpty
        if mayBecomeAble && facts.peerAge < settling { return "\(facts.peer), its preferred node, to get ready" }
        return nil
    }

    private static func isStartableThere(_ facts: StartFacts, _ report: GroupReport) -> Bool {
        guard report.isAble, facts.peerPhase == .active else { return false }
        return facts.volumes.allSatisfy { $0.peer?.copy == .upToDate && $0.peer?.isSplitBrain == false }
    }

    private static func agreement(_ facts: StartFacts, _ report: GroupReport) -> Decision {
        if facts.isForced { return byForce(facts) }
        if facts.isPeerReborn {
            return Decision(
                rule: .agreement, evidence: ["\(facts.peer) has booted anew: what ran there is gone"],
                sentence: "\(facts.me) takes over \(facts.group.name)")
        }
        let why =
            facts.group.preferred == facts.me
            ? "\(facts.me) is its preferred node" : "\(facts.peer) cannot start it now"
        return Decision(
            rule: .agreement, evidence: ["\(facts.peer) does not run it", why],
            sentence: "\(facts.me) starts \(facts.group.name)")
    }
}

// MARK: The peer is not heard

extension StartPolicy {
    private static func alone(_ facts: StartFacts) -> Verdict {
        if let verdict = unreadyByItself(facts, { $0.readinessAlone(facts.peer) }) { return verdict }
        if let reason = yieldsInSilence(facts) { return .wait(reason) }
        switch facts.silence.probe {
        case .notAsked: return .probe("the answer to who holds the service address")
        case .asking: return .wait("the answer to who holds the service address")
        case .answered(let holder): return .wait("the service address, which \(holder) holds")
        case .quiet, .noAddress: break
        }
        if facts.isForced { return .claim(byForce(facts)) }
        let proof =
            facts.group.volumes.isEmpty
            ? "it needs no volume"
            : facts.volumes.contains(where: \.isConnected)
                ? "the engines of both nodes are connected" : "records here prove that its copies are current"
        return .claim(
            Decision(
                rule: .r1, evidence: ["\(facts.peer) was not heard since the start", proof, probeEvidence(facts)],
                sentence: "\(facts.me) starts \(facts.group.name) alone"))
    }

    private static func afterLeave(_ facts: StartFacts) -> Verdict {
        if let verdict = unreadyByItself(facts, { $0.readinessAfterPeer(facts.peer, hasLeft: facts.presence == .left) })
        {
            return verdict
        }
        if facts.isForced { return .claim(byForce(facts)) }
        return .claim(
            Decision(
                rule: .agreement, evidence: ["\(facts.peer) said that it stopped"],
                sentence: "\(facts.me) takes over \(facts.group.name)"))
    }

    private static func inSilence(_ facts: StartFacts) -> Verdict {
        if facts.isForced {
            return unreadyByItself(facts, { $0.readinessAfterPeer(facts.peer, hasLeft: facts.presence == .left) })
                ?? .claim(byForce(facts))
        }
        if facts.silence.hasStoodDown {
            return .wait("\(facts.peer): this node stopped in total silence, as configured (R5)")
        }
        let hasVolumes = !facts.group.volumes.isEmpty
        if hasVolumes && facts.silence.isVoteOver {
            return .wait(
                "\(facts.peer), or a person: \(facts.peer) may have gone on alone since it was heard last (R3)")
        }
        if let verdict = unreadyByItself(facts, { $0.readinessAfterPeer(facts.peer, hasLeft: facts.presence == .left) })
        {
            return verdict
        }
        if let reason = yieldsInSilence(facts) { return .wait(reason) }
        switch SilencePolicy.standby(facts) {
        case .take(let decision):
            if let patience = facts.silence.startPatience, facts.silence.sinceDeclared < patience {
                // That nobody answers says little yet: ask until it must have come up.
                return .probe("\(facts.peer), which was just starting it, to be up or certainly not")
            }
            return .claim(decision)
        case .ask: return .probe("the answer to who holds the service address")
        case .wait(let what): return .wait(what)
        case .stepBack(let decision): return .stepBack(decision)
        case .abstain(let decision): return .abstain(decision)
        }
    }

    /// Two nodes that do not hear each other, and of which none runs the group, would ask for its address at the same moment
    /// and both find it free. So the preferred node goes first.
    private static func yieldsInSilence(_ facts: StartFacts) -> String? {
        if facts.isForced || facts.group.preferred == facts.me || facts.silence.sinceDeclared >= settling { return nil }
        switch (facts.presence, facts.report?.phase) {
        case (.dead, .serving), (.dead, .starting), (.dead, .stopping), (.dead, .stuck): return nil
        case (.dead, .stopped), (.dead, .claiming), (.dead, nil), (.absent, _), (.unknown, _), (.left, _),
            (.present, _):
            return "\(facts.peer), its preferred node, in case it starts it unheard"
        }
    }

    /// What stops this node whatever the peer's silence means.
    private static func unreadyByItself(
        _ facts: StartFacts, _ judge: (VolumeFacts) -> VolumeReadiness
    ) -> Verdict? {
        guard facts.isActive else { return .wait("this node, which is not active") }
        if let disability = facts.disability, !facts.isForced { return .wait("a person: \(disability)") }
        switch readiness(facts, judge) {
        case .waits(let what): return .wait(what)
        case .needsOutdate, .ready: return nil
        }
    }

    package static func probeEvidence(_ facts: StartFacts) -> String {
        switch facts.silence.probe {
        case .quiet: "nobody answers for its address"
        case .noAddress: "it has no address that could be asked for"
        case .notAsked, .asking: "its address was not asked for"
        case .answered(let holder): "\(holder) answers for its address"
        }
    }

    private static func byForce(_ facts: StartFacts) -> Decision {
        Decision(
            rule: .person, evidence: ["a person said so"],
            sentence: "\(facts.me) takes \(facts.group.name), forced by a person")
    }
}

// MARK: Volumes

extension StartPolicy {
    private enum Readiness {
        case ready
        case needsOutdate([VolumeName])
        case waits(String)
    }

    private static func readiness(_ facts: StartFacts, _ judge: (VolumeFacts) -> VolumeReadiness) -> Readiness {
        var toOutdate: [VolumeName] = []
        for volume in facts.volumes {
            switch facts.isForced ? volume.readinessByForce(facts.peer) : judge(volume) {
            case .ready: break
            case .needsPeerOutdated: toOutdate.append(volume.name)
            case .waits(let what): return .waits(what)
            }
        }
        return toOutdate.isEmpty ? .ready : .needsOutdate(toOutdate)
    }

    /// Whether, and on which basis, one of the group's volumes is promoted now.
    package static func readiness(of volume: VolumeFacts, _ facts: StartFacts) -> VolumeReadiness {
        if facts.isForced { return volume.readinessByForce(facts.peer) }
        return switch facts.presence {
        case .present: volume.readinessBesidePeer(facts.peer, isPeerReborn: facts.isPeerReborn)
        case .unknown, .absent: volume.readinessAlone(facts.peer)
        case .dead, .left: volume.readinessAfterPeer(facts.peer, hasLeft: facts.presence == .left)
        }
    }
}
