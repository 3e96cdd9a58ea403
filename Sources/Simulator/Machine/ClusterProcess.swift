import ClusterModel
import NodeCore

/// `bascule run` on one machine: the real `Node`, and what its runtime does for it.
final class ClusterProcess: SimulatedProcess {
    private(set) var node: Node?
    private var timers: [NodeTimer: UInt64] = [:]
    private var timerCount: UInt64 = 0
    private var carriers: [Bool?] = []
    private var faults: [Bool] = []
    let pinger: Pinger
    /// A person waits for its end to start it again.
    var restartsAfterExit = false
    private(set) var lastBeat: Instant?

    init(_ machine: Machine) {
        pinger = Pinger(machine)
        super.init(machine, label: "\(machine.name) node")
    }

    // MARK: Life

    func start() {
        markStarted()
        restartsAfterExit = false
        node = Node(definition: world.definition, name: machine.name, configuration: world.configuration)
        timers = [:]
        carriers = world.cables.map { _ in nil }
        faults = world.cables.map { _ in false }
        lastBeat = world.now
        let stored = machine.stateFile.content ?? StoredState()
        let wall = machine.clock.wall(world.now)
        hear(.started(stored, boot: machine.boot, incarnation: max(wall, stored.incarnation + 1)))
        lookAtCarriers()
        for (index, engine) in machine.engines.enumerated() { engine.introduce(volume: index) }
    }

    /// SIGKILL; the supervisor starts it again.
    func kill() {
        guard isRunning else { return }
        world.say("\(label) is killed")
        end()
        machine.startLater(self)
    }

    /// Power is gone.
    func vanish() {
        if isRunning { end() }
    }

    private func end() {
        markEnded()
        node = nil
        timers = [:]
        pinger.stop()
        machine.kernel.forgetMonitoring()
    }

    /// It ended by itself, with success: the supervisor lets it be.
    private func exit() {
        world.say("\(label) ends")
        end()
        machine.watchdog.disarm()
        isForbidden = !restartsAfterExit
        if restartsAfterExit { machine.startLater(self) }
    }

    // MARK: Events

    func hear(_ event: NodeEvent) {
        whenAwake { [self] in handle(event) }
    }

    func heard(_ beat: Heartbeat, on link: LinkName) {
        // A socket buffer is not endless: beats beyond this many are lost while the process does not read.
        guard isRunning, heldCount < 512 else { return }
        hear(.heartbeatReceived(beat, on: link))
    }

    func heard(_ report: VolumeReport?, of volume: VolumeName) {
        hear(.volumeReported(volume, report))
    }

    private func handle(_ event: NodeEvent) {
        guard let event = world.sabotaged(event, at: machine) else { return }
        world.note(event, at: machine)
        let before = generation
        let now = machine.now
        guard let effects = node?.handle(event, at: now) else { return }
        for effect in world.sabotaged(effects, at: machine) {
            world.note(effect, at: machine)
            perform(effect)
            // A reset or an exit ends this run: what was to follow is not done any more.
            guard before == generation else { return }
        }
    }

    private func perform(_ effect: NodeEffect) {
        switch effect {
        case .sendHeartbeat(let beat):
            lastBeat = world.now
            for cable in world.cables { cable.send(beat, from: machine.index) }
        case .armTimer(let timer, let time):
            arm(timer, at: time)
        case .cancelTimer(let timer):
            timers[timer] = nil
        case .startResource(let id, let group, let resource, let timeout):
            machine.kernel.start(group, resource, within: timeout, completed(id))
        case .stopResource(let id, let group, let resource, let timeout):
            machine.kernel.stop(group, resource, within: timeout, completed(id))
        case .monitorResource(let group, let resource, let isOn):
            machine.kernel.monitor(group, resource, isOn)
        case .orderVolume(let id, let volume, let order):
            send(order, to: volume, as: id)
        case .storeState(let id, let state):
            store(id, state)
        case .probeAddresses(let id, let addresses, let time):
            machine.kernel.probe(
                addresses, within: time,
                answer: token { [weak self] in
                    self?.hear(.probeCompleted(id, answeredBy: $0))
                })
        case .pingNodes(let interval):
            pinger.run(every: interval)
        case .announceAddresses(let group):
            machine.kernel.announce(group)
        case .reply(let id, let outcome):
            world.operatorDesk.replied(id, outcome)
        case .log:
            break
        case .feedWatchdog:
            machine.watchdog.feed()
        case .resetMachine(let reason):
            machine.reset(reason, bySelf: true)
        case .exit:
            exit()
        }
    }

    // MARK: Timers

    private func arm(_ timer: NodeTimer, at time: Instant) {
        timerCount += 1
        let turn = timerCount
        timers[timer] = turn
        let before = generation
        world.scheduler.at(machine.clock.world(time)) { [self] in
            guard before == generation, timers[timer] == turn else { return }
            // Cleared when it is taken, so that a stalled loop finds it cancelled if that happened meanwhile.
            whenAwake { [self] in
                guard timers[timer] == turn else { return }
                timers[timer] = nil
                handle(.timerFired(timer))
            }
        }
    }

    // MARK: Answers

    /// A closure that does nothing once this run of the process is over.
    private func token<Value>(_ body: @escaping (Value) -> Void) -> (Value) -> Void {
        let before = generation
        return { [weak self] value in
            guard let self, before == generation else { return }
            body(value)
        }
    }

    private func completed(_ id: StepID) -> (StepOutcome) -> Void {
        token { [weak self] in self?.hear(.stepCompleted(id, $0)) }
    }

    private func store(_ id: StoreID, _ state: StoredState) {
        machine.stateFile.store(state) { [weak self, generation] isStored in
            guard let self else { return }
            if isStored { world.observe(.stored(node: machine.index, state)) }
            guard generation == self.generation else { return }
            hear(isStored ? .stateStored(id) : .stateStoreFailed(id, reason: "no space left on device"))
        }
    }

    private func send(_ order: VolumeOrder, to volume: VolumeName, as id: OrderID) {
        guard let index = world.definition.volumes.firstIndex(where: { $0.name == volume }) else {
            preconditionFailure("an order for volume \(volume), which does not exist")
        }
        machine.engines[index].order(
            order,
            token { [weak self] in
                self?.hear(.volumeOrderCompleted(id, $0))
            })
    }

    // MARK: Links

    /// Tells the node of carriers and devices that have changed.
    func lookAtCarriers() {
        guard isRunning else { return }
        for (index, cable) in world.cables.enumerated() {
            let isGone = cable.isDeviceGone[machine.index]
            if isGone != faults[index] {
                faults[index] = isGone
                hear(isGone ? .linkFailed(cable.name, reason: "no such device") : .linkRestored(cable.name))
            }
            let carrier = cable.hasCarrier(at: machine.index)
            guard carrier != carriers[index] else { continue }
            carriers[index] = carrier
            hear(.carrierChanged(cable.name, isUp: carrier))
        }
    }
}
