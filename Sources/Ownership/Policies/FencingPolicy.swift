import ClusterModel

/// Decides what is done about a volume whose replication is lost (rule R2), on both sides.
package enum FencingPolicy {
    package enum Action: Hashable, Sendable {
        case order(VolumeOrder, Decision)
        /// Ask the peer, by beats, to mark its copy outdated.
        case requestOutdate
        /// Promise in this node's own records never to serve the copy: its engine cannot mark it now.
        case renounce(Decision)
        case nothing
    }

    package struct Facts: Sendable {
        package var volume: VolumeFacts
        package var me: NodeName
        package var peer: NodeName
        package var presence: PeerPresence
        /// In total silence this node was granted to go on alone (R4, R5).
        package var isGoingOnAlone: Bool
        /// The group is being stopped here, or lost a duel: frozen writes must not hold it up.
        package var isStopping: Bool
        /// Something of the volume's group may run here.
        package var mayRun: Bool
        /// The peer, frozen, asks for our copy to be outdated.
        package var isOutdateRequested: Bool

        package init(
            volume: VolumeFacts, me: NodeName, peer: NodeName, presence: PeerPresence, isGoingOnAlone: Bool = false,
            isStopping: Bool = false, mayRun: Bool = false, isOutdateRequested: Bool = false
        ) {
            self.volume = volume
            self.me = me
            self.peer = peer
            self.presence = presence
            self.isGoingOnAlone = isGoingOnAlone
            self.isStopping = isStopping
            self.mayRun = mayRun
            self.isOutdateRequested = isOutdateRequested
        }
    }

    package static func action(_ facts: Facts) -> Action {
        guard let own = facts.volume.own else { return withoutEngine(facts) }
        if own.isPrimary { return own.isFrozen ? frozen(facts) : .nothing }
        return secondary(facts, own)
    }

    private static func frozen(_ facts: Facts) -> Action {
        let name = facts.volume.name
        switch facts.presence {
        case .present where facts.volume.isPeerOutdated:
            return .order(
                .resumePeerOutdated,
                Decision(
                    rule: .r2, evidence: ["\(facts.peer) says that its copy is \(facts.volume.peer?.copy.word ?? "")"],
                    sentence: "\(facts.me) writes on alone to volume \(name)"))
        case .left:
            return .order(
                .resumePeerDead,
                Decision(
                    rule: .r2, evidence: ["\(facts.peer) said that it stopped"],
                    sentence: "\(facts.me) writes on alone to volume \(name)"))
        case .dead where facts.isGoingOnAlone, .absent where facts.isGoingOnAlone:
            return .order(
                .resumePeerDead,
                Decision(
                    rule: .r4, evidence: ["\(facts.peer) is dead"],
                    sentence: "\(facts.me) writes on alone to volume \(name)"))
        case .present, .dead, .absent, .unknown:
            if facts.isStopping { return abandon(facts) }
            return facts.presence == .present ? .requestOutdate : .nothing
        }
    }

    private static func abandon(_ facts: Facts) -> Action {
        .order(
            .abandonFrozenWrites,
            Decision(
                rule: .r2, evidence: ["the group is being stopped here", "nobody was promised the frozen writes"],
                sentence: "\(facts.me) gives up the frozen writes of volume \(facts.volume.name)"))
    }

    private static func secondary(_ facts: Facts, _ own: VolumeReport) -> Action {
        guard own.copy > .outdated, !own.isConnected, !facts.mayRun else { return .nothing }
        let sentence = "\(facts.me) marks its copy of volume \(facts.volume.name) outdated"
        if facts.isOutdateRequested {
            return .order(
                .outdate,
                Decision(rule: .r2, evidence: ["\(facts.peer) serves and cannot reach this copy"], sentence: sentence))
        }
        if facts.presence == .present, facts.volume.peer?.goesOnAlone == true {
            return .order(
                .outdate, Decision(rule: .r2, evidence: ["\(facts.peer) writes on alone"], sentence: sentence))
        }
        if facts.volume.isRenounced {
            return .order(
                .outdate, Decision(rule: .r2, evidence: ["it was given up before"], sentence: sentence))
        }
        return .nothing
    }

    private static func withoutEngine(_ facts: Facts) -> Action {
        guard facts.isOutdateRequested, !facts.mayRun, !facts.volume.isRenounced else { return .nothing }
        return .renounce(
            Decision(
                rule: .r2, evidence: ["\(facts.peer) serves and lost its replication", "no engine is running here"],
                sentence: "\(facts.me) gives its copy of volume \(facts.volume.name) up until it is resynchronised"))
    }
}
