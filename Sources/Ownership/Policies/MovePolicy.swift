import ClusterModel

/// Decides about planned moves: standby, takeover, failback. Every refusal is a sentence for the person who asked.
package enum MovePolicy {
    package struct Facts: Sendable {
        package var group: GroupDefinition
        package var me: NodeName
        package var peer: NodeName
        package var presence: PeerPresence
        package var isPeerLate: Bool
        package var peerPhase: NodePhase?
        package var report: GroupReport?
        package var hasSameConfiguration: Bool
        package var volumes: [VolumeFacts]
        /// Why this node cannot serve it, apart from volumes.
        package var disability: String?
        /// Whether each node reaches a ping node; nil: none is configured.
        package var isReachedHere: Bool?
        package var isReachedThere: Bool?

        package init(
            group: GroupDefinition, me: NodeName, peer: NodeName, presence: PeerPresence, isPeerLate: Bool = false,
            peerPhase: NodePhase?, report: GroupReport?, hasSameConfiguration: Bool = true,
            volumes: [VolumeFacts] = [], disability: String? = nil,
            isReachedHere: Bool? = nil, isReachedThere: Bool? = nil
        ) {
            self.group = group
            self.me = me
            self.peer = peer
            self.presence = presence
            self.isPeerLate = isPeerLate
            self.peerPhase = peerPhase
            self.report = report
            self.hasSameConfiguration = hasSameConfiguration
            self.volumes = volumes
            self.disability = disability
            self.isReachedHere = isReachedHere
            self.isReachedThere = isReachedThere
        }
    }

    /// What stands against giving the group to the peer; empty: nothing.
    package static func refusalsToGive(_ facts: Facts) -> [String] {
        var refusals = generalRefusals(facts)
        if let report = facts.report {
            if report.phase == .stuck { refusals.append("\(facts.peer) could not stop \(facts.group.name) cleanly") }
            if !report.isAble && facts.volumes.allSatisfy({ $0.peer?.copy == .upToDate }) {
                refusals.append("\(facts.peer) cannot start \(facts.group.name): it failed there before")
            }
        }
        if facts.isReachedHere == true && facts.isReachedThere == false {
            refusals.append("\(facts.peer) reaches no ping node: its clients could not reach it")
        }
        for volume in facts.volumes {
            if let refusal = refusal(volume, copy: volume.peer, on: facts.peer) { refusals.append(refusal) }
        }
        return refusals
    }

    /// What stands against taking the group from the peer that serves it.
    package static func refusalsToTake(_ facts: Facts) -> [String] {
        var refusals = generalRefusals(facts)
        if let disability = facts.disability {
            refusals.append("\(facts.me) cannot start \(facts.group.name): \(disability)")
        }
        for volume in facts.volumes {
            if let refusal = refusal(volume, copy: volume.own, on: facts.me) { refusals.append(refusal) }
        }
        return refusals
    }

    private static func generalRefusals(_ facts: Facts) -> [String] {
        guard facts.presence == .present, !facts.isPeerLate else {
            return ["\(facts.peer) is not heard now"]
        }
        var refusals: [String] = []
        if !facts.hasSameConfiguration { refusals.append("the configurations of the two nodes differ") }
        switch facts.peerPhase {
        case .active: break
        case .starting: refusals.append("\(facts.peer) is still starting")
        case .leaving, .left, nil: refusals.append("\(facts.peer) is going down")
        }
        if facts.report == nil { refusals.append("\(facts.peer) does not know group \(facts.group.name)") }
        return refusals
    }

    private static func refusal(_ volume: VolumeFacts, copy: VolumeReport?, on node: NodeName) -> String? {
        guard let copy else { return "volume \(volume.name): no engine is running on \(node)" }
        if copy.isSplitBrain || volume.own?.isSplitBrain == true {
            return "volume \(volume.name): both copies were written apart, a person must decide first"
        }
        guard copy.copy == .upToDate else {
            let resync = max(copy.outOfSyncBytes, volume.own?.outOfSyncBytes ?? 0)
            let progress =
                copy.replication == .resyncTarget ? " (resync: \(byteText(resync)) to go)" : " (\(copy.copy.word))"
            return "volume \(volume.name) is not UpToDate on \(node)\(progress)"
        }
        guard volume.isConnected else { return "volume \(volume.name): its two engines are not connected" }
        if volume.own?.isFrozen == true || volume.peer?.isFrozen == true {
            return "volume \(volume.name): its writes are frozen now"
        }
        return nil
    }
}

extension CopyState {
    /// In DRBD's words.
    package var word: String {
        switch self {
        case .unknown: "DUnknown"
        case .missing: "Diskless"
        case .inconsistent: "Inconsistent"
        case .outdated: "Outdated"
        case .consistent: "Consistent"
        case .upToDate: "UpToDate"
        }
    }
}
