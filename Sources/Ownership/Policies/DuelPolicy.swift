import ClusterModel

/// Decides who gives way when both nodes claim, or even serve, one group. Both sides compute the same answer from the
/// same beats; nothing on a disk is ever touched by it.
package enum DuelPolicy {
    package enum Verdict: Hashable, Sendable {
        case keep
        case giveWay(Decision)
    }

    /// Two claims: nothing runs on either side. The higher epoch wins, then the preferred node.
    package static func claims(mine: GroupReport, theirs: GroupReport, isPreferred: Bool) -> Bool {
        mine.epoch == theirs.epoch ? isPreferred : mine.epoch > theirs.epoch
    }

    /// Both run it: after a split. The one whose volumes are primary and current keeps it; without volumes the one that has
    /// it up already; else the higher epoch; else the preferred node.
    package static func serving(
        mine: GroupReport, theirs: GroupReport, volumes: [VolumeFacts], isPreferred: Bool, me: NodeName, peer: NodeName
    ) -> Verdict {
        let here = volumes.allSatisfy(\.isServedHere)
        let there = volumes.allSatisfy(\.isServedThere)
        let evidence = ["\(peer) serves it too under epoch \(theirs.epoch), \(me) under \(mine.epoch)"]
        if here != there {
            return here ? .keep : giveWay(mine.group, me, evidence + ["only \(peer)'s volumes are primary and current"])
        }
        if volumes.isEmpty, mine.phase != theirs.phase {
            return mine.phase == .serving ? .keep : giveWay(mine.group, me, evidence + ["\(peer) has it up already"])
        }
        if claims(mine: mine, theirs: theirs, isPreferred: isPreferred) { return .keep }
        let why = mine.epoch == theirs.epoch ? "\(peer) is its preferred node" : "the higher epoch has the right"
        return giveWay(mine.group, me, evidence + [why])
    }

    private static func giveWay(_ group: GroupName, _ me: NodeName, _ evidence: [String]) -> Verdict {
        .giveWay(Decision(rule: .duel, evidence: evidence, sentence: "\(me) stops \(group): both nodes served it"))
    }
}
