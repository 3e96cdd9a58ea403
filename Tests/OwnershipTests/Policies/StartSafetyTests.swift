import ClusterModel
import Ownership
import Testing

/// What no combination of facts may ever lead to, over random ones.
@Suite struct StartSafetyTests {
    @Test(.tags(.r1, .r2, .r3, .r7), arguments: UInt64(1)...8)
    func nothingIsStartedUnforcedAgainstARule(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var starts = 0
        for _ in 0..<4000 {
            let facts = StartFacts.random(&random)
            switch StartPolicy.judge(facts) {
            case .claim, .take: starts += 1
            case .leaveToPeer, .wait, .probe, .requestOutdate, .stepBack, .abstain: continue
            }
            if let broken = brokenRule(facts) {
                Issue.record("\(broken): \(facts)")
                return
            }
        }
        #expect(starts > 20, "the facts are too seldom good for a start to show anything")
    }

    private func brokenRule(_ facts: StartFacts) -> String? {
        if facts.volumes.contains(where: { ($0.own?.copy ?? .unknown) <= .outdated }) { return "an old copy" }
        if facts.volumes.contains(where: { $0.own?.isSplitBrain == true }) { return "R7" }
        if facts.volumes.contains(where: \.isRenounced) { return "a copy that was given up" }
        if !facts.isActive || facts.disability != nil { return "a node that must not" }
        switch facts.presence {
        case .unknown: return "before initdead"
        case .absent: return brokenAlone(facts)
        case .dead: return brokenInSilence(facts)
        case .left: return facts.volumes.allSatisfy(\.isCurrent) ? nil : "a copy that may be old"
        case .present: return brokenBesidePeer(facts)
        }
    }

    private func brokenAlone(_ facts: StartFacts) -> String? {
        let isProved = facts.volumes.allSatisfy { volume in
            guard let own = volume.own else { return false }
            return volume.isProven || own.isProof || own.isConnected && own.copy == .upToDate
        }
        return isProved && isUnheld(facts) ? nil : "R1"
    }

    private func brokenInSilence(_ facts: StartFacts) -> String? {
        if facts.silence.hasStoodDown { return "R5" }
        let hasView = facts.silence.ping == .answeredThroughout || facts.silence.ping == .notConfigured
        guard hasView, isUnheld(facts), facts.volumes.allSatisfy(\.isCurrent) else { return "R3" }
        return facts.silence.isVoteOver && !facts.volumes.isEmpty ? "R3, too late" : nil
    }

    private func isUnheld(_ facts: StartFacts) -> Bool {
        facts.silence.probe == .quiet || facts.silence.probe == .noAddress
    }

    /// A take is what the peer stopped for us; its volumes are judged again at the promotion.
    private func brokenBesidePeer(_ facts: StartFacts) -> String? {
        guard let report = facts.report, report.phase == .stopped else { return "the peer may run it" }
        guard facts.volumes.allSatisfy(\.isCurrent) else { return "a copy that may be old" }
        if report.wish == .takeIt { return nil }
        let isFenced = facts.volumes.allSatisfy { volume in
            volume.isConnected || volume.own?.isProof == true || volume.isPeerOutdated || facts.isPeerReborn
        }
        return isFenced ? nil : "R2"
    }
}

extension StartFacts {
    fileprivate static func random(_ random: inout SeededGenerator) -> StartFacts {
        let hasVolume = Int.random(in: 0..<5, using: &random) > 0
        let preferred = Bool.random(using: &random) ? Toy.a : Toy.b
        return StartFacts(
            group: hasVolume ? Toy.replicated(preferred: preferred) : Toy.plain(preferred: preferred), me: Toy.a,
            peer: Toy.b, isActive: often(&random), disability: often(&random) ? nil : "it failed",
            presence: pick([.unknown, .absent, .present, .dead, .left], &random),
            peerPhase: pick([.starting, .active, .leaving, .left], &random),
            report: often(&random) ? report(&random) : nil,
            peerAge: .seconds(pick([1, 3600], &random)), isPeerReborn: !often(&random), isOffered: !often(&random),
            volumes: hasVolume ? [VolumeFacts.random(&random)] : [], silence: silence(&random))
    }

    private static func report(_ random: inout SeededGenerator) -> GroupReport {
        GroupReport(
            group: Toy.web, phase: often(&random) ? .stopped : pick([.starting, .serving, .stuck], &random),
            wish: pick([.none, .none, .takeIt, .giveItToMe], &random), isAble: Bool.random(using: &random))
    }

    private static func silence(_ random: inout SeededGenerator) -> SilenceFacts {
        SilenceFacts(
            ping: pick([.notConfigured, .answeredThroughout, .notThroughout, .deadForBoth], &random),
            probe: pick([.notAsked, .asking, .quiet, .noAddress, .answered("x")], &random),
            isVoteOver: !often(&random), sinceDeclared: .seconds(pick([0, 3600], &random)),
            hasStoodDown: !often(&random))
    }
}

extension VolumeFacts {
    fileprivate static func random(_ random: inout SeededGenerator) -> VolumeFacts {
        let copies: [CopyState] = [.unknown, .missing, .inconsistent, .outdated, .consistent, .upToDate]
        let own = VolumeReport(
            copy: often(&random) ? .upToDate : pick(copies, &random), peerCopy: pick(copies, &random),
            replication: pick([.standAlone, .disconnected, .connected, .resyncSource, .resyncTarget], &random),
            isSplitBrain: !often(&random))
        let peer = VolumeReport(copy: pick(copies, &random))
        return VolumeFacts(
            name: Toy.data, own: often(&random) ? own : nil, peer: often(&random) ? peer : nil,
            isCurrent: often(&random), isProven: !often(&random), isRenounced: !often(&random),
            isPeerOutdated: !often(&random))
    }
}

private func often(_ random: inout SeededGenerator) -> Bool {
    Int.random(in: 0..<6, using: &random) > 0
}

private func pick<Value>(_ values: [Value], _ random: inout SeededGenerator) -> Value {
    values[Int.random(in: values.indices, using: &random)]
}
