import ClusterModel
import Replication

/// `bascule volume NAME` on one machine: the real `VolumeEngine`, and what its runtime does for it.
final class EngineProcess: SimulatedProcess {
    let volume: Int
    let disk: SimulatedDisk
    let metadata: MetadataArea
    private(set) var engine: VolumeEngine?
    private(set) var frontEnd: FrontEnd!
    private var timers: [VolumeTimer: UInt64] = [:]
    private var timerCount: UInt64 = 0
    var buffers = Buffers()
    private var orders: [OrderID: (VolumeOrderResult) -> Void] = [:]
    private var orderCount: UInt64 = 0
    private(set) var isDetached = true
    private var dice: Dice

    /// Between engine and cluster process lies a unix socket.
    private static let socketDelay = Duration.microseconds(80)

    init(_ machine: Machine, volume: Int) {
        let world = machine.world
        self.volume = volume
        disk = SimulatedDisk(
            blocks: world.settings.volumeBlocks, in: world, label: "disk \(machine.index) \(volume)")
        metadata = MetadataArea(data: disk, in: world, label: "metadata \(machine.index) \(volume)")
        dice = Dice(seed: world.settings.seed, "engine \(machine.index) \(volume)")
        super.init(machine, label: "\(machine.name) \(world.definition.volumes[volume].name)")
        frontEnd = FrontEnd(self)
        disk.mayFail = { [unowned self] in
            guard let report = engine?.report, report.replication == .connected else { return false }
            return report.peerCopy == .upToDate
        }
    }

    private var path: ReplicationPath { world.replication[volume] }
    private var name: VolumeName { world.definition.volumes[volume].name }

    // MARK: Life

    func start() {
        markStarted()
        timers = [:]
        buffers = Buffers()
        orders = [:]
        isDetached = true
        let before = generation
        world.scheduler.after(dice.duration(.milliseconds(20)...(.milliseconds(300)))) { [self] in
            guard before == generation else { return }
            whenAwake { [self] in attach() }
        }
    }

    private func attach() {
        engine = VolumeEngine(settings: settings, seed: dice.number())
        if disk.health == .dead {
            handle(.attachFailed(reason: "the disk does not answer"))
        } else if let attached = metadata.recover() {
            isDetached = false
            handle(.attached(attached))
        } else {
            handle(.attachFailed(reason: "the activity log cannot be read"))
        }
        report()
    }

    private var settings: VolumeSettings {
        let definition = world.definition.volumes[volume]
        return VolumeSettings(
            wireProtocol: definition.wireProtocol, splitBrain: definition.afterSplitBrain,
            onIOError: definition.onIOError, activityLogSlots: definition.activityLogExtents,
            resyncRate: definition.resyncRate)
    }

    /// SIGKILL; the kernel closes the sockets, the supervisor starts it again.
    func kill() {
        guard isRunning else { return }
        world.say("\(label) is killed")
        end()
        disk.forgetRequester()
        metadata.forgetRequester(finishing: true)
        path.close(machine.index, drains: false)
        machine.startLater(self)
    }

    /// Power is gone.
    func vanish() {
        if isRunning { end() }
        disk.losePower()
        metadata.losePower()
        path.vanish(machine.index)
    }

    private func end() {
        markEnded()
        engine = nil
        frontEnd.engineEnded()
        report()
    }

    // MARK: Events

    func hear(_ event: VolumeEvent) {
        whenAwake { [self] in
            guard engine != nil else { return }
            handle(event)
        }
    }

    /// A packet of the peer, with its data.
    func receive(_ packet: PeerPacket, _ tokens: [UInt64]?) {
        guard isRunning else { return }
        let buffer = tokens.map { buffers.add($0) }
        hear(.packetReceived(packet, payload: buffer))
    }

    private func handle(_ event: VolumeEvent) {
        world.note(event, at: machine, volume)
        let before = generation
        guard let effects = engine?.handle(event, at: machine.now) else { return }
        for effect in world.sabotaged(effects, at: machine, volume) {
            world.note(effect, at: machine, volume)
            perform(effect)
            guard before == generation else { return }
        }
    }

    private func perform(_ effect: VolumeEffect) {
        switch effect {
        case .send(let packet, let payload):
            path.send(packet, payload.map { buffers[$0] }, from: machine.index)
        case .openConnection:
            path.look(machine.index)
        case .dropConnection(_, let reconnects):
            path.close(machine.index, drains: false)
            if reconnects { lookLater() }
        case .closeConnection:
            path.close(machine.index, drains: true)
        case .readDisk, .writeDisk, .zeroDisk, .discardDisk, .flushDisk:
            performDisk(effect)
        case .storeSuperblock(let id, let superblock):
            store(.superblock(superblock), id)
        case .storeBitmapPages(let id, let pages):
            store(.pages(pages), id)
        case .storeActivityLog(let id, let transaction):
            store(.transaction(transaction), id)
        case .clearActivityLog(let id):
            store(.clearRing, id)
        case .detachDisk:
            isDetached = true
            disk.forgetRequester()
            metadata.forgetRequester(finishing: true)
        case .completeRequest(let id, let result):
            frontEnd.completed(id, result)
        case .release(let buffer):
            buffers.release(buffer)
        case .deviceSizeChanged:
            break
        case .armTimer(let timer, let time):
            arm(timer, at: time)
        case .cancelTimer(let timer):
            timers[timer] = nil
        case .completeOrder(let id, let result):
            complete(id, result)
        case .reportChanged:
            report()
        case .log:
            break
        case .panic(let reason):
            machine.halt(reason)
        case .stopped:
            end()
        }
    }

    private func lookLater() {
        let before = generation
        world.scheduler.after(.milliseconds(300)) { [self] in
            guard before == generation else { return }
            path.look(machine.index)
        }
    }

    private func store(_ content: MetadataArea.Content, _ id: MetadataWriteID) {
        guard !isDetached else { return }
        let before = generation
        metadata.store(content) { [self] result in
            guard before == generation else { return }
            hear(.metadataStored(id, result))
        }
    }

    private func arm(_ timer: VolumeTimer, at time: Instant) {
        timerCount += 1
        let turn = timerCount
        timers[timer] = turn
        let before = generation
        world.scheduler.at(machine.clock.world(time)) { [self] in
            guard before == generation, timers[timer] == turn else { return }
            whenAwake { [self] in
                guard timers[timer] == turn else { return }
                timers[timer] = nil
                handle(.timerFired(timer))
            }
        }
    }

    // MARK: The cluster process

    func order(_ order: VolumeOrder, _ answer: @escaping (VolumeOrderResult) -> Void) {
        world.scheduler.after(Self.socketDelay) { [self] in
            guard isRunning, engine != nil else { return answer(.refused("no engine is connected")) }
            orderCount += 1
            let id = OrderID(rawValue: orderCount)
            orders[id] = answer
            hear(.ordered(id, order))
        }
    }

    private func complete(_ id: OrderID, _ result: VolumeOrderResult) {
        guard let answer = orders.removeValue(forKey: id) else { return }
        world.scheduler.after(Self.socketDelay) { answer(result) }
    }

    /// The engine's facts go to the cluster process, in order with the answers; without an engine: nil.
    private func report() {
        introduce(volume: volume)
        guard engine?.report.isPrimary == true else { return }
        let before = generation
        // Not from within the effects of an event.
        world.scheduler.after(.zero) { [self] in
            if before == generation, engine?.report.isPrimary == true { frontEnd.engineServes() }
        }
    }

    func introduce(volume: Int) {
        let report = engine?.report
        world.scheduler.after(Self.socketDelay) { [self] in
            machine.cluster.heard(report, of: name)
        }
    }
}
