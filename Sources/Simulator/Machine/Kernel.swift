import ClusterModel
import NodeCore

/// Everything that outlives the processes of Bascule on one machine: addresses, mounts, units. Carries out the steps of the
/// groups, takes its time for it, and fails when it is told to.
final class Kernel {
    typealias Answer = (StepOutcome) -> Void

    unowned let machine: Machine
    unowned let world: World
    private(set) var services: [Service]
    private(set) var filesystems: [Filesystem] = []
    private var dice: Dice
    private var generation = 0

    init(_ machine: Machine) {
        self.machine = machine
        world = machine.world
        dice = Dice(seed: world.settings.seed, "kernel \(machine.index)")
        services = world.definition.groups.map { group in
            Service(isMonitored: group.resources.map { _ in false })
        }
        filesystems = world.definition.groups.indices.map { Filesystem(machine, group: $0) }
    }

    /// Power is gone.
    func vanish() {
        generation += 1
        for index in services.indices {
            services[index] = Service(
                isMonitored: services[index].isMonitored.map { _ in false }, trouble: services[index].trouble)
            filesystems[index].vanish()
        }
    }

    func wake() {
        for filesystem in filesystems { filesystem.wake() }
    }

    /// Whether this machine answers clients of the group who reach it.
    func serves(_ group: Int) -> Bool {
        services[group].hasAddress && services[group].isUnitRunning
    }

    func setTrouble(_ group: Int, _ change: (inout Service.Trouble) -> Void) {
        change(&services[group].trouble)
    }

    // MARK: Steps

    func start(_ group: GroupName, _ resource: Int, within timeout: Duration, _ answer: @escaping Answer) {
        let index = position(group)
        let step = Step(self, timeout, answer)
        switch resource {
        case WorldSettings.filesystemResource:
            after(.milliseconds(5)...(.milliseconds(60)), step) { [self] in
                filesystems[index].mount { step.end($0) }
            }
        case WorldSettings.addressResource:
            after(.milliseconds(1)...(.milliseconds(15)), step) { [self] in
                setAddress(index, true)
                step.end(.done)
            }
        case WorldSettings.unitResource:
            startUnit(index, step)
        default:
            preconditionFailure("resource \(resource) of \(group) is no step of the system")
        }
    }

    private func startUnit(_ index: Int, _ step: Step) {
        guard !services[index].isUnitRunning else {
            return after(.milliseconds(1)...(.milliseconds(5)), step) { step.end(.done) }
        }
        let trouble = services[index].trouble
        if trouble.failsToStart {
            return after(.milliseconds(50)...(.milliseconds(400)), step) { step.end(.failed("exit code 1")) }
        }
        let time: ClosedRange<Duration> =
            trouble.startsSlowly ? .seconds(5)...(.seconds(30)) : .milliseconds(50)...(.milliseconds(800))
        after(time, step) { [self] in
            services[index].isUnitRunning = true
            step.end(.done)
        }
    }

    func stop(_ group: GroupName, _ resource: Int, within timeout: Duration, _ answer: @escaping Answer) {
        let index = position(group)
        let step = Step(self, timeout, answer)
        switch resource {
        case WorldSettings.filesystemResource:
            after(.milliseconds(5)...(.milliseconds(40)), step) { [self] in
                filesystems[index].unmount { step.end($0) }
            }
        case WorldSettings.addressResource:
            after(.milliseconds(1)...(.milliseconds(10)), step) { [self] in
                if !world.isSabotaged(.keepAddress) { setAddress(index, false) }
                step.end(.done)
            }
        case WorldSettings.unitResource:
            if services[index].trouble.hangsAtStop, services[index].isUnitRunning { return }
            after(.milliseconds(20)...(.milliseconds(400)), step) { [self] in
                services[index].isUnitRunning = false
                step.end(.done)
            }
        default:
            preconditionFailure("resource \(resource) of \(group) is no step of the system")
        }
    }

    private func setAddress(_ index: Int, _ isHeld: Bool) {
        guard services[index].hasAddress != isHeld else { return }
        services[index].hasAddress = isHeld
        world.tell(machine, isHeld ? "takes the address of group \(index)" : "drops the address of group \(index)")
        world.observe(.addressChanged(node: machine.index, group: index, isHeld: isHeld))
    }

    /// Goes on after a while, unless the power fails or the step's patience ends before.
    private func after(_ time: ClosedRange<Duration>, _ step: Step, _ body: @escaping () -> Void) {
        let before = generation
        world.scheduler.after(dice.duration(time)) { [self] in
            guard before == generation, !step.isOver else { return }
            body()
        }
    }

    func position(_ group: GroupName) -> Int {
        guard let index = world.definition.groups.firstIndex(where: { $0.name == group }) else {
            preconditionFailure("there is no group \(group)")
        }
        return index
    }

    // MARK: Monitoring

    func monitor(_ group: GroupName, _ resource: Int, _ isOn: Bool) {
        services[position(group)].isMonitored[resource] = isOn
    }

    func forgetMonitoring() {
        for index in services.indices {
            services[index].isMonitored = services[index].isMonitored.map { _ in false }
        }
    }

    /// The unit crashes.
    func crashUnit(_ group: Int) {
        guard services[group].isUnitRunning else { return }
        services[group].isUnitRunning = false
        guard services[group].isMonitored[WorldSettings.unitResource] else { return }
        let name = world.definition.groups[group].name
        world.scheduler.after(.milliseconds(2)) { [self] in
            machine.cluster.hear(
                .resourceFailed(name, resource: WorldSettings.unitResource, reason: "the unit failed"))
        }
    }

    // MARK: The LAN

    /// Gratuitous ARP: whoever hears it sends to this machine from now on.
    func announce(_ group: GroupName) {
        let index = position(group)
        for repetition in 0..<5 {
            let before = generation
            world.scheduler.after(.milliseconds(200) * repetition) { [self] in
                guard before == generation, services[index].hasAddress else { return }
                world.clients[index].hearsAnnouncement(of: machine.index)
            }
        }
    }

    /// Asks the segment several times whether somebody holds one of the addresses.
    func probe(_ addresses: [AddressResource], within time: Duration, answer: @escaping (HardwareAddress?) -> Void) {
        let groups = world.definition.groups.indices.filter { index in
            world.definition.groups[index].addresses.contains { addresses.contains($0) }
        }
        if world.isSabotaged(.skipProbe) { return world.scheduler.after(.milliseconds(1)) { answer(nil) } }
        let rounds = 3
        var isOver = false
        let before = generation
        for round in 0..<rounds {
            world.scheduler.after(time / rounds * round + .microseconds(500)) { [self] in
                guard !isOver, before == generation, let holder = holder(of: groups) else { return }
                isOver = true
                answer(holder)
            }
        }
        world.scheduler.after(time) { [self] in
            if !isOver, before == generation { answer(nil) }
        }
    }

    private func holder(of groups: [Int]) -> HardwareAddress? {
        if world.segment.hasStranger, world.segment.isPlugged(machine.index) { return HardwareAddress(bits: 0xbad) }
        let other = 1 - machine.index
        guard world.reaches(machine.index == 0 ? .first : .second, machine.index == 0 ? .second : .first) else {
            return nil
        }
        let holds = groups.contains { world.machines[other].kernel.services[$0].hasAddress }
        return holds ? HardwareAddress(bits: 0x5254_0000_0000 + UInt64(other)) : nil
    }
}

extension Kernel {
    /// One step under way: answers once, at the latest when its time is over.
    final class Step {
        private(set) var isOver = false
        private let answer: Answer

        init(_ kernel: Kernel, _ timeout: Duration, _ answer: @escaping Answer) {
            self.answer = answer
            let before = kernel.generation
            kernel.world.scheduler.after(timeout) { [self, unowned kernel] in
                if before == kernel.generation { end(.timedOut) }
            }
        }

        func end(_ outcome: StepOutcome) {
            guard !isOver else { return }
            isOver = true
            answer(outcome)
        }
    }
}
