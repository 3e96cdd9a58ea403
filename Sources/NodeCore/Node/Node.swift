import ClusterModel
import Membership
import Ownership

/// The brain of one node: what it heard, what it decides, in one value.
///
/// `handle` is the only way in, its result the only way out: the same events at the same instants give the same effects.
/// Inside, an event only changes what is known; then everything is compared anew with what the policies want (`settle`).
/// So a lost, repeated or late event cannot leave a decision undone, and the order of events matters little.
package struct Node: Sendable {
    package let definition: ClusterDefinition
    package let name: NodeName
    package let peerName: NodeName
    /// Digest of the definition, as the beats carry it.
    package let configuration: UInt64

    var phase = NodePhase.starting
    var boot: UInt64 = 0
    var incarnation: UInt64 = 0
    var isStarted = false
    var startedAt = Instant.origin
    /// The highest epoch ever seen or used.
    var epoch = Epoch.zero
    var monitor: PeerMonitor
    var filter: BeatFilter
    var pings: PingMonitor
    var carriers = CarrierMonitor()
    var delay = DelayEstimate()
    var groups: [GroupDesk]
    var volumes: [VolumeDesk]
    var stores = StoreDesk(StoredState())
    var beats = BeatDesk()
    var requests = RequestDesk()
    var journal = DecisionJournal()
    var silence: SilenceEpisode?
    /// Own and peer's view of the ping nodes at the last beat.
    var lastPingViews: (own: Bool?, peer: Bool?) = (nil, nil)
    var clientViewLostAt: Instant?
    var proven: [ProvenCopy] = []
    var selfFences: [SelfFence] = []
    /// Why this node stays down although it could start something (no fence loop).
    var quietReason: String?
    /// The machine is about to be reset.
    var reset: (reason: String, store: StoreID)?
    var farewell: Farewell?
    var keepaliveDue: Instant?
    var isAnswerDue = false
    var lastNumber: UInt64 = 0
    var armed: [NodeTimer: Instant] = [:]
    var effects: [NodeEffect] = []
    var hasProgress = false

    /// - Precondition: `definition` was checked, and lists `name` as one of its two nodes.
    package init(definition: ClusterDefinition, name: NodeName, configuration: UInt64) {
        guard let peer = definition.peer(of: name), definition.nodes.contains(where: { $0.name == name }) else {
            preconditionFailure("\(name) is not one of the two nodes of cluster \(definition.name)")
        }
        self.definition = definition
        self.name = name
        self.peerName = peer
        self.configuration = configuration
        monitor = PeerMonitor(definition: definition, configuration: configuration, at: .origin)
        filter = BeatFilter(cluster: definition.name, node: name, peer: peer)
        pings = PingMonitor(addresses: definition.pingNodes, deadtime: definition.timing.deadtime)
        groups = definition.groups.map(GroupDesk.init)
        volumes = definition.volumes.map { VolumeDesk($0.name) }
    }

    package mutating func handle(_ event: NodeEvent, at now: Instant) -> [NodeEffect] {
        effects = []
        if isStarted { noticeStall(at: now) }
        take(event, at: now)
        settle(at: now)
        sendBeatIfDue(at: now)
        armTimers(at: now)
        return effects
    }

    private mutating func take(_ event: NodeEvent, at now: Instant) {
        if case .started(let stored, let boot, let incarnation) = event {
            return start(stored, boot: boot, incarnation: incarnation, at: now)
        }
        precondition(isStarted, "\(event) came before the start")
        switch event {
        case .started: break
        case .heartbeatReceived(let beat, let link): heartbeatReceived(beat, on: link, at: now)
        case .linkFailed(let link, let reason): linkFailed(link, reason)
        case .linkRestored(let link): linkRestored(link)
        case .carrierChanged(let link, let isUp): carrierChanged(link, isUp: isUp, at: now)
        case .timerFired(let timer): timerFired(timer, at: now)
        case .stepCompleted(let id, let outcome): stepCompleted(id, outcome, at: now)
        case .resourceFailed(let group, let resource, let reason): resourceFailed(group, resource, reason, at: now)
        case .volumeReported(let volume, let report): volumeReported(volume, report, at: now)
        case .volumeOrderCompleted(let id, let result): volumeOrderCompleted(id, result, at: now)
        case .stateStored(let id): stores.stored(id)
        case .stateStoreFailed(let id, let reason): stateStoreFailed(id, reason, at: now)
        case .pingAnswered(let address): pings.answered(address, at: now)
        case .pingMissed: break
        case .probeCompleted(let id, let holder): probeCompleted(id, holder, at: now)
        case .operatorRequested(let id, let request): operatorRequested(id, request, at: now)
        case .shutdownRequested: shutdownRequested(at: now)
        }
    }

    /// A loop that did not run cannot have heard anything: its silence is no evidence.
    private mutating func noticeStall(at now: Instant) {
        guard let due = keepaliveDue, now - due > definition.timing.deadtime / 2 else { return }
        monitor.distrustSilence(at: now)
        log(.warning, "this node's loop stood still for \(durationText(now - due)): silence before now is not counted")
        keepaliveDue = now
    }

    private mutating func timerFired(_ timer: NodeTimer, at now: Instant) {
        // A timer that was moved or cancelled while it was on its way is no news.
        guard let due = armed[timer], due <= now else { return }
        armed[timer] = nil
        switch timer {
        case .keepalive: keepaliveFired(at: now)
        case .step(let group): stepTimedOut(group, at: now)
        case .reset: resetNow()
        case .leave: farewellFired(at: now)
        case .peer, .work: break
        }
    }
}

// MARK: Words for everybody

extension Node {
    mutating func emit(_ effect: NodeEffect) {
        effects.append(effect)
    }

    mutating func log(_ level: LogLevel, _ sentence: String) {
        effects.append(.log(level, sentence))
    }

    /// Keeps and logs a decision unless it is the one already standing for the group.
    mutating func decide(_ decision: Decision, group index: Int? = nil) {
        if let index {
            guard !decision.isSame(as: groups[index].decision) else { return }
            groups[index].decision = decision
        }
        journal.add(decision)
        log(.info, decision.logLine)
    }

    mutating func nextNumber() -> UInt64 {
        lastNumber += 1
        return lastNumber
    }

    func index(of group: GroupName) -> Int? { groups.firstIndex { $0.name == group } }
    func index(of volume: VolumeName) -> Int? { volumes.firstIndex { $0.name == volume } }

    var presence: PeerPresence {
        switch monitor.verdict {
        case .unheard: .unknown
        case .absent: .absent
        case .alive, .late: .present
        case .dead: .dead
        case .left: .left
        }
    }

    /// What the peer last said about a group; nil when it was never heard or does not know it.
    func peerReport(of group: GroupName) -> GroupReport? {
        monitor.latest?.groups.first { $0.group == group }
    }

    func peerReport(of volume: VolumeName) -> VolumeReport? {
        monitor.latest?.volumes.first { $0.volume == volume }?.report
    }
}
