import ClusterModel
import Control
import NodeCore
import Ownership

/// Puts together what `bascule status` shows: what the brain thinks, and what only the runtime knows.
struct StatusReporter {
    let definition: ClusterDefinition
    let version: String
    /// Digest of the definition as people read it.
    let configuration: String

    /// What the runtime adds to the brain's status.
    struct Facts {
        var uptime: Duration
        var link: (LinkName) -> (place: String, counters: LinkCounters)?
        var sincePingAnswer: (String) -> Duration?
        var volume: (VolumeName) -> (document: VolumeStatusDocument?, isSilent: Bool)
        var watchdog: WatchdogEntry?
        var warnings: [String]
    }

    func document(_ status: NodeStatus, _ facts: Facts) -> NodeStatusDocument {
        NodeStatusDocument(
            cluster: status.cluster, node: status.node, version: version,
            uptimeMilliseconds: facts.uptime.milliseconds, epoch: status.epoch.number,
            configurationHash: configuration, nodes: definition.nodes.map { node($0.name, status, facts) },
            links: definition.links.map { link($0, status, facts) },
            pingNodes: status.pingNodes.map {
                PingNodeEntry(
                    address: $0.address, isAnswering: $0.isAnswering,
                    lastAnswerMilliseconds: facts.sincePingAnswer($0.address)?.milliseconds)
            },
            groups: status.groups.map { group($0, status) },
            volumes: status.volumes.map { volume($0, facts) }, watchdog: facts.watchdog,
            warnings: status.warnings + facts.warnings)
    }

    private func node(_ name: NodeName, _ status: NodeStatus, _ facts: Facts) -> NodeEntry {
        guard name == status.peer.name else {
            return NodeEntry(
                name: name, state: status.phase == .left ? .left : .up, reason: words(for: status.phase),
                sinceMilliseconds: facts.uptime.milliseconds, hasSameConfiguration: true)
        }
        let state: NodeEntry.State =
            switch status.peer.verdict {
            case .unheard, .absent: .unknown
            case .alive: .up
            case .late: .late
            case .dead: .dead
            case .left: .left
            }
        return NodeEntry(
            name: name, state: state, reason: status.peer.sentence,
            hasSameConfiguration: status.peer.hasSameConfiguration)
    }

    private func words(for phase: NodePhase) -> String {
        switch phase {
        case .starting: "starting: not yet sure of its surroundings"
        case .active: ""
        case .leaving: "going down in order"
        case .left: "has released everything"
        }
    }

    private func link(_ link: LinkDefinition, _ status: NodeStatus, _ facts: Facts) -> LinkEntry {
        let (place, counters) = facts.link(link.name) ?? ("", LinkCounters())
        var entry = LinkEntry(name: link.name, kind: link.kind.word, place: place, state: .unknown)
        entry.badlySigned = counters.badlySigned
        entry.foreign = counters.foreign
        entry.garbled = counters.garbled + counters.oversized
        guard let seen = status.links.first(where: { $0.name == link.name }) else { return entry }
        entry.state = LinkEntry.State(seen.state)
        entry.lastBeatMilliseconds = seen.silenceMilliseconds
        entry.delayMilliseconds = seen.delayMicroseconds.map { Double($0) / 1000 }
        entry.received = seen.received
        entry.lost = seen.lost
        entry.late = seen.late
        entry.replayed = seen.replays
        entry.trouble = trouble(seen)
        return entry
    }

    private func trouble(_ link: NodeCore.LinkStatus) -> String {
        if let fault = link.fault { return fault }
        if link.hasCarrier == false { return "no carrier" }
        return link.state == .up && link.isHeardByPeer == false ? "the other node does not hear us here" : ""
    }

    private func group(_ group: GroupStatus, _ status: NodeStatus) -> GroupEntry {
        let kinds = definition.group(group.name)?.resources.map(\.kind) ?? []
        return GroupEntry(
            name: group.name, state: state(of: group, peer: status.peer.name), preferred: group.preferred,
            servedBy: group.owner, reason: reason(group),
            resources: zip(kinds, group.resources).map { kind, resource in
                ResourceEntry(
                    kind: kind.word, title: kind.title, state: ResourceEntry.State(resource.state),
                    detail: resource.failure ?? "")
            })
    }

    /// Who serves it and why; where nobody does, also what it waits for and what was decided last, with the evidence.
    private func reason(_ group: GroupStatus) -> String {
        var parts = [group.sentence]
        if let waiting = group.waitingFor, !group.sentence.contains(waiting) { parts.append("waits for \(waiting)") }
        if group.owner == nil, let decision = group.decision { parts.append(decision.sentence) }
        return parts.joined(separator: "; ")
    }

    private func state(of group: GroupStatus, peer: NodeName) -> GroupEntry.State {
        switch group.phase {
        case .starting, .claiming: return .starting
        case .serving: return .serving
        case .stopping: return .stopping
        case .stuck: return .failed
        case .stopped:
            if group.owner == peer { return .standby }
            if group.resources.contains(where: { $0.state == .failed }) { return .failed }
            return group.waitingFor == nil ? .stopped : .waiting
        }
    }

    private func volume(_ volume: NodeCore.VolumeStatus, _ facts: Facts) -> VolumeStatusDocument {
        let (known, isSilent) = facts.volume(volume.name)
        var document = known ?? VolumeStatusDocument(volume, wireProtocol: definition.volume(volume.name)?.wireProtocol)
        if document.reason.isEmpty, known == nil || document.isFrozen { document.reason = volume.sentence }
        if isSilent { document.reason = "its engine does not answer at the moment; " + document.reason }
        return document
    }
}
