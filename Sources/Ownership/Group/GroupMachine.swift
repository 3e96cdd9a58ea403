import ClusterModel

/// One group on this node: which phase it is in, under which epoch, and what is to be done next.
///
///     stopped → claiming → starting → serving → stopping → stopped
///                  ↓ withdrawn  ↓ failed    ↘ repairing ↗     ↓ failed
///               stopped      stopping                        stuck
///
/// Whether it *may* go on is decided by the policies beside it; the machine only knows what follows from what. Nothing
/// runs while it is claiming, so a claim can be withdrawn without a trace.
package struct GroupMachine: Sendable {
    package enum State: Hashable, Sendable {
        case stopped
        case claiming
        case starting
        case serving
        /// Restarting from a failed resource upwards, in place.
        case repairing
        case stopping(StopReason)
        case stuck(String)
    }

    package let definition: GroupDefinition
    package private(set) var state = State.stopped
    /// Under which the present phase was entered.
    package private(set) var epoch = Epoch.zero
    package private(set) var stepper: Stepper
    package private(set) var wish = GroupReport.Wish.none
    package private(set) var wishedAt: Instant?
    /// Why this node must not start it any more, until somebody clears it or nobody else can.
    package private(set) var disability: Disability?
    package private(set) var repairs = RepairHistory()

    package init(_ definition: GroupDefinition) {
        self.definition = definition
        stepper = Stepper(count: definition.resources.count, isUnknown: false)
    }

    /// The phase that the beats carry.
    package var phase: GroupReport.Phase {
        switch state {
        case .stopped: .stopped
        case .claiming: .claiming
        case .starting, .repairing: .starting
        case .serving: .serving
        case .stopping: .stopping
        case .stuck: .stuck
        }
    }

    /// Whether any of its resources may run here.
    package var mayRun: Bool {
        switch state {
        case .stopped, .claiming: false
        case .starting, .serving, .repairing, .stopping, .stuck: true
        }
    }

    /// What an earlier boot knew: nothing runs any more, but epochs only grow.
    package mutating func recall(_ epoch: Epoch) {
        precondition(state == .stopped, "\(definition.name) is recalled in \(state)")
        self.epoch = max(self.epoch, epoch)
    }

    /// Takes up what an earlier incarnation left on this boot.
    package mutating func resume(_ phase: GroupReport.Phase, epoch: Epoch) -> [GroupAction] {
        precondition(state == .stopped, "\(definition.name) is resumed in \(state)")
        self.epoch = epoch
        switch phase {
        case .stopped:
            return []
        case .starting, .serving:
            stepper = Stepper(count: definition.resources.count, isUnknown: true)
            state = .starting
            return walk(.up)
        case .claiming, .stopping, .stuck:
            // A stored claim may have become a start that was not stored any more.
            stepper = Stepper(count: definition.resources.count, isUnknown: true)
            state = .stopping(.leftBehind)
            return walk(.down(to: 0))
        }
    }

    /// Announces the wish to start it under a new epoch; nothing is started yet.
    package mutating func claim(_ epoch: Epoch) {
        precondition(state == .stopped, "\(definition.name) is claimed in \(state)")
        precondition(epoch > self.epoch, "\(definition.name) is claimed under epoch \(epoch) after \(self.epoch)")
        state = .claiming
        self.epoch = epoch
        wish = .none
        wishedAt = nil
    }

    package mutating func withdraw() {
        precondition(state == .claiming, "\(definition.name) is withdrawn in \(state)")
        state = .stopped
    }

    /// The claim is good: start.
    package mutating func start() -> [GroupAction] {
        precondition(state == .claiming, "\(definition.name) is started in \(state)")
        state = .starting
        disability = nil
        return walk(.up)
    }

    /// Stops it from any phase in which something runs. `handingOver` carries the epoch granted to the other node.
    package mutating func stop(_ reason: StopReason, handingOver epoch: Epoch?, at now: Instant) -> [GroupAction] {
        precondition(mayRun, "\(definition.name) is stopped in \(state)")
        if case .stuck = state { return [] }
        state = .stopping(reason)
        if let disabling = reason.disability { disability = Disability(reason: disabling, since: now) }
        if let epoch {
            self.epoch = max(self.epoch, epoch)
            wish = .takeIt
            wishedAt = now
        } else {
            wish = .none
        }
        return stopMonitoring() + walk(.down(to: 0))
    }

    /// Tries again what could not be stopped.
    package mutating func retryStop() -> [GroupAction] {
        guard case .stuck = state else { return [] }
        state = .stopping(.leftBehind)
        return walk(.down(to: 0))
    }

    /// Restarts resource `index` and everything above it.
    package mutating func repair(_ index: Int, _ reason: String, at now: Instant) -> [GroupAction] {
        precondition(state == .serving, "\(definition.name) is repaired in \(state)")
        stepper.resourceFailed(index, reason)
        repairs.began(at: now)
        state = .repairing
        return stopMonitoring() + walk(.down(to: index))
    }

    package mutating func stepCompleted(_ failure: String?, at now: Instant) -> [GroupAction] {
        follow(stepper.completed(failure), at: now)
    }

    /// Asks the peer, which serves it, to hand it over.
    package mutating func wantIt(at now: Instant) {
        wish = .giveItToMe
        wishedAt = now
    }

    package mutating func dropWish() {
        wish = .none
        wishedAt = nil
    }

    package mutating func clearDisability() {
        disability = nil
        repairs = RepairHistory()
    }

    package func report(isAble: Bool) -> GroupReport {
        GroupReport(group: definition.name, phase: phase, wish: wish, isAble: isAble, epoch: epoch)
    }
}

extension GroupMachine {
    private mutating func walk(_ goal: Stepper.Goal) -> [GroupAction] {
        follow(stepper.pursue(goal), at: nil)
    }

    private mutating func follow(_ progress: Stepper.Progress, at now: Instant?) -> [GroupAction] {
        switch progress {
        case .step(.start(let index)): [.start(index)]
        case .step(.stop(let index)): [.stop(index)]
        case .running: []
        case .finished: finish(at: now)
        case .failed(let index, let reason): fail(index, reason, at: now)
        }
    }

    private mutating func finish(at now: Instant?) -> [GroupAction] {
        switch state {
        case .starting:
            state = .serving
            return startMonitoring() + [.served]
        case .repairing:
            if stepper.goal != .up { return walk(.up) }
            state = .serving
            return startMonitoring() + [.served]
        case .stopping(let reason):
            state = .stopped
            return [.stopped(reason)]
        case .stopped, .claiming, .serving, .stuck:
            preconditionFailure("\(definition.name) finished a walk in \(state)")
        }
    }

    private mutating func fail(_ index: Int, _ reason: String, at now: Instant?) -> [GroupAction] {
        switch state {
        case .repairing where stepper.goal != .up, .stopping:
            state = .stuck(reason)
            return [.becameStuck(index, reason)]
        case .starting, .repairing:
            state = .stopping(.startFailed(reason))
            disability = Disability(reason: reason, since: now ?? .origin)
            return [.startFailed(index, reason)] + walk(.down(to: 0))
        case .stopped, .claiming, .serving, .stuck:
            preconditionFailure("\(definition.name) failed a step in \(state): \(reason)")
        }
    }

    private func startMonitoring() -> [GroupAction] {
        definition.resources.indices.filter { !definition.resources[$0].isVolume }.map { .monitor($0, isOn: true) }
    }

    private func stopMonitoring() -> [GroupAction] {
        definition.resources.indices.filter { !definition.resources[$0].isVolume }.map { .monitor($0, isOn: false) }
    }
}

extension ResourceDefinition {
    /// Whether it is started by an order to an engine instead of a step of the system.
    package var isVolume: Bool {
        if case .volume = kind { true } else { false }
    }
}
