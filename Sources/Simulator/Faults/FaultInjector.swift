import ClusterModel
import NodeCore
import Replication

/// Makes the faults of a plan happen in a world, ends them, and repairs everything when the calm begins.
struct FaultInjector {
    private let world: World

    init(_ world: World) {
        self.world = world
    }

    func schedule(_ plan: FaultPlan) {
        for planned in plan.faults {
            world.scheduler.at(.origin + planned.at) { begin(planned) }
        }
        world.scheduler.at(.origin + plan.calmAt) { repair(plan) }
        guard plan.hasPerson else { return }
        // A person who has removed the causes says so, once the nodes have had time to come up.
        for delay in [plan.settings.timing.initdead + .seconds(40), plan.settings.timing.initdead + .seconds(70)] {
            world.scheduler.at(.origin + plan.calmAt + delay) { cleanUp() }
        }
    }

    private func begin(_ planned: PlannedFault) {
        guard isAllowed(planned.fault) else { return }
        world.say("FAULT \(planned)")
        apply(planned.fault, for: planned.duration)
        guard planned.duration > .zero else { return }
        world.scheduler.after(planned.duration) { [self] in
            world.say("FAULT OVER \(planned.fault)")
            end(planned.fault)
        }
    }

    /// Two disks that fail one after the other lose what only they held: no design survives that, so it is not asked for.
    private func isAllowed(_ fault: Fault) -> Bool {
        guard case .deadDisk(_, let volume) = fault else { return true }
        return world.machines.allSatisfy {
            let engine = $0.engines[volume]
            return engine.disk.health == .good && engine.engine?.report.copy == .upToDate
                && engine.engine?.report.replication == .connected
        }
    }

    private func apply(_ fault: Fault, for time: Duration) {
        switch fault {
        case .powerCut(let node): machine(node).cutPower()
        case .crash(let node): machine(node).reset("kernel panic", bySelf: false)
        case .hang(let node): machine(node).hang(for: time)
        case .stallCluster(let node): machine(node).cluster.stall(for: time)
        case .stallEngine(let node, let volume): machine(node).engines[volume].stall(for: time)
        case .killCluster(let node): machine(node).cluster.kill()
        case .killEngine(let node, let volume): machine(node).engines[volume].kill()
        case .restartCluster(let node), .shutdown(let node): machine(node).cluster.hear(.shutdownRequested)
        case .unplug, .oneWay, .degrade, .deviceGone, .unplugLAN, .gatewayDown, .connectionReset, .replicationBlocked,
            .stranger, .foreignBeats:
            applyToNetwork(fault)
        case .rot(let node, let volume, let block): machine(node).engines[volume].disk.rot(block)
        case .clockStep(let node, let seconds):
            world.machines[node].clock.wallOrigin += seconds * 1_000_000_000
        case .slowDisk(let node, let volume): machine(node).engines[volume].disk.slowness = 200
        case .flakyDisk(let node, let volume): degrade(machine(node).engines[volume].disk)
        case .deadDisk(let node, let volume): machine(node).engines[volume].disk.health = .dead
        case .fullRootDisk(let node): machine(node).stateFile.isDiskFull = true
        case .unitCrash(let node, let group): machine(node).kernel.crashUnit(group)
        case .unitFailsToStart, .unitStartsSlowly, .unitHangsAtStop: setTrouble(fault, true)
        case .standby(let node): world.operatorDesk.ask(.standby(nil), of: node)
        case .takeover(let node): world.operatorDesk.ask(.takeover(nil, force: false), of: node)
        case .failback(let node): world.operatorDesk.ask(.failback(nil), of: node)
        }
    }

    private func degrade(_ disk: SimulatedDisk) {
        if disk.health == .good { disk.health = .flaky(perMillion: 20_000) }
    }

    private func applyToNetwork(_ fault: Fault) {
        switch fault {
        case .unplug(let link): cable(link)?.isCut = [true, true]
        case .oneWay(let link, let from): cable(link)?.isCut[from] = true
        case .degrade(let link): spoil(cable(link))
        case .deviceGone(let link, let node): cable(link)?.isDeviceGone[node] = true
        case .unplugLAN(let node): world.segment.setPort(node, sends: false, receives: false)
        case .gatewayDown: world.segment.isGatewayUp = false
        case .connectionReset(let volume): world.replication[volume].reset()
        case .replicationBlocked: world.isReplicationBlocked = true
        case .stranger: world.segment.hasStranger = true
        case .foreignBeats(let link): cable(link)?.carriesForeignBeats = true
        default: preconditionFailure("no fault of the network: \(fault)")
        }
        world.networkChanged()
    }

    private func spoil(_ cable: HeartbeatCable?) {
        guard let cable else { return }
        cable.quality.loss = 150_000
        cable.quality.duplication = 50_000
        cable.quality.reordering = 100_000
        cable.quality.corruption = cable.isSerial ? 300_000 : 20_000
        cable.quality.jitter = .milliseconds(30)
    }

    private func end(_ fault: Fault) {
        switch fault {
        case .powerCut(let node): machine(node).powerOn()
        case .shutdown(let node), .restartCluster(let node): startAgain(node, isShutdown: fault.kind == "shutdown")
        case .unplug(let link): cable(link)?.isCut = [false, false]
        case .oneWay(let link, let from): cable(link)?.isCut[from] = false
        case .degrade(let link): if let cable = cable(link) { cable.quality = cable.normalQuality }
        case .deviceGone(let link, let node): cable(link)?.isDeviceGone[node] = false
        case .unplugLAN(let node): world.segment.setPort(node, sends: true, receives: true)
        case .gatewayDown: world.segment.isGatewayUp = true
        case .replicationBlocked: world.isReplicationBlocked = false
        case .slowDisk(let node, let volume): machine(node).engines[volume].disk.slowness = 1
        case .flakyDisk(let node, let volume): mend(machine(node).engines[volume])
        case .deadDisk(let node, let volume): replaceDisk(machine(node).engines[volume])
        case .fullRootDisk(let node): machine(node).stateFile.isDiskFull = false
        case .unitFailsToStart, .unitStartsSlowly, .unitHangsAtStop: setTrouble(fault, false)
        case .stranger: world.segment.hasStranger = false
        case .foreignBeats(let link): cable(link)?.carriesForeignBeats = false
        case .crash, .hang, .stallCluster, .stallEngine, .killCluster, .killEngine, .connectionReset, .clockStep,
            .unitCrash, .rot, .standby, .takeover, .failback:
            break
        }
        world.networkChanged()
    }

    private func startAgain(_ node: Int, isShutdown: Bool) {
        let machine = machine(node)
        if isShutdown {
            machine.cutPower()
            return machine.powerOn()
        }
        start(machine)
    }

    private func start(_ machine: Machine) {
        machine.cluster.isForbidden = false
        machine.cluster.restartsAfterExit = machine.cluster.isRunning
        if machine.isKernelUp, !machine.cluster.isRunning { machine.startLater(machine.cluster) }
    }

    private func mend(_ engine: EngineProcess) {
        if case .flaky = engine.disk.health { engine.disk.health = .good }
        // A detached disk comes back with the engine's next start.
        if engine.isDetached { engine.kill() }
    }

    private func replaceDisk(_ engine: EngineProcess) {
        guard engine.disk.health == .dead else { return }
        engine.disk.replace()
        engine.metadata.recreate()
        engine.kill()
    }

    private func setTrouble(_ fault: Fault, _ isOn: Bool) {
        switch fault {
        case .unitFailsToStart(let node, let group):
            machine(node).kernel.setTrouble(group) { $0.failsToStart = isOn }
        case .unitStartsSlowly(let node, let group):
            machine(node).kernel.setTrouble(group) { $0.startsSlowly = isOn }
        case .unitHangsAtStop(let node, let group):
            machine(node).kernel.setTrouble(group) { $0.hangsAtStop = isOn }
        default: preconditionFailure("no trouble of a unit: \(fault)")
        }
    }

    private func machine(_ node: Int) -> Machine { world.machines[node] }
    private func cable(_ link: String) -> HeartbeatCable? { world.cables.first { $0.name.text == link } }

    // MARK: Calm

    /// Everything is plugged in, switched on, mended.
    private func repair(_ plan: FaultPlan) {
        world.say("CALM: everything is repaired")
        for cable in world.cables {
            cable.isCut = [false, false]
            cable.isDeviceGone = [false, false]
            cable.carriesForeignBeats = false
            cable.quality = cable.normalQuality
        }
        for node in 0..<2 { world.segment.setPort(node, sends: true, receives: true) }
        world.segment.isGatewayUp = !plan.losesGatewayForGood
        world.segment.hasStranger = false
        world.segment.separatesNodes = false
        world.isReplicationBlocked = false
        for machine in world.machines { repair(machine) }
        world.networkChanged()
    }

    private func repair(_ machine: Machine) {
        machine.stateFile.isDiskFull = false
        for index in machine.engines.indices {
            machine.engines[index].disk.slowness = 1
            machine.kernel.setTrouble(index) { $0 = Service.Trouble() }
            mend(machine.engines[index])
            replaceDisk(machine.engines[index])
        }
        machine.powerOn()
        start(machine)
        for engine in machine.engines where machine.isKernelUp && !engine.isRunning { machine.startLater(engine) }
    }

    private func cleanUp() {
        for machine in world.machines where machine.cluster.isRunning {
            let groups = machine.cluster.node?.status(at: machine.now).groups ?? []
            if !world.settings.hasWatchdog, groups.contains(where: { $0.phase == .stuck }) {
                // Without a watchdog a node does not reset itself: it says that it must be.
                machine.reset("a person resets it", bySelf: false)
                continue
            }
            world.operatorDesk.ask(.clear(nil), of: machine.index)
        }
    }
}
