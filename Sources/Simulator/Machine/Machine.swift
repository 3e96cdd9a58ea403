import ClusterModel

/// One of the two servers: power, kernel, clocks, processes, disks.
final class Machine {
    unowned let world: World
    let index: Int
    let name: NodeName
    var clock: LocalClock
    private(set) var isPowered = false
    /// The kernel answers ARP and TCP. False while the firmware runs.
    private(set) var isKernelUp = false
    /// Nothing in user space runs, but the kernel still answers.
    private(set) var isHung = false
    private(set) var boot: UInt64 = 0
    private(set) var bootCount = 0
    var dice: Dice
    private(set) var cluster: ClusterProcess!
    private(set) var engines: [EngineProcess] = []
    private(set) var kernel: Kernel!
    private(set) var watchdog: Watchdog!
    let stateFile: StateFile

    /// From power to kernel, and from kernel to the processes.
    private static let firmwareTime: ClosedRange<Duration> = .seconds(6)...(.seconds(20))
    private static let startTime: ClosedRange<Duration> = .milliseconds(500)...(.seconds(2))
    private static let restartTime: ClosedRange<Duration> = .milliseconds(100)...(.seconds(1))

    init(_ index: Int, in world: World) {
        self.world = world
        self.index = index
        name = WorldSettings.nodes[index]
        dice = Dice(seed: world.settings.seed, "machine \(index)")
        clock = LocalClock(
            driftPPM: Int64(dice.below(401)) - 200,
            wallOrigin: 1_700_000_000_000_000_000 + Int64(dice.below(2_000_000_000)))
        stateFile = StateFile(in: world, label: "state \(index)")
    }

    /// Second half of the initialisation: the parts know their machine.
    func assemble() {
        kernel = Kernel(self)
        watchdog = Watchdog(self)
        cluster = ClusterProcess(self)
        engines = world.definition.volumes.indices.map { EngineProcess(self, volume: $0) }
    }

    /// The machine's monotonic time.
    var now: Instant { clock.local(world.now) }

    // MARK: Power

    func powerOn() {
        guard !isPowered else { return }
        isPowered = true
        bootCount += 1
        world.tell(self, "power on")
        let before = bootCount
        world.networkChanged()
        world.scheduler.after(dice.duration(Self.firmwareTime)) { [self] in
            guard before == bootCount, isPowered else { return }
            startKernel()
        }
    }

    private func startKernel() {
        clock.bootedAt = world.now
        boot = dice.number() | 1
        isKernelUp = true
        cluster.isForbidden = false
        for engine in engines { engine.isForbidden = false }
        world.networkChanged()
        startLater(cluster, within: Self.startTime)
        for engine in engines { startLater(engine, within: Self.startTime) }
    }

    func cutPower() {
        guard isPowered else { return }
        world.tell(self, "power off")
        isPowered = false
        isKernelUp = false
        isHung = false
        bootCount += 1
        watchdog.disarm()
        cluster.vanish()
        for engine in engines { engine.vanish() }
        kernel.vanish()
        stateFile.losePower()
        world.networkChanged()
    }

    /// The watchdog or the node itself pulls the reset line.
    func reset(_ reason: String, bySelf: Bool) {
        guard isPowered else { return }
        world.tell(self, "reset: \(reason)")
        world.observe(.reset(node: index, reason: reason, bySelf: bySelf))
        cutPower()
        world.scheduler.after(.milliseconds(500)) { [self] in powerOn() }
    }

    /// A disk failed and the owner chose panic: the node stays down until a person switches it on.
    func halt(_ reason: String) {
        world.tell(self, "halts: \(reason)")
        cutPower()
        let before = bootCount
        world.scheduler.after(.seconds(60)) { [self] in
            if before == bootCount { powerOn() }
        }
    }

    // MARK: Hanging

    func hang(for time: Duration) {
        guard isKernelUp, !isHung else { return }
        world.tell(self, "hangs")
        isHung = true
        let before = bootCount
        world.scheduler.after(time) { [self] in
            guard before == bootCount, isHung else { return }
            isHung = false
            world.tell(self, "runs again")
            cluster.wake()
            for engine in engines { engine.wake() }
            kernel.wake()
        }
    }

    // MARK: The supervisor

    func startLater(_ process: SimulatedProcess, within time: ClosedRange<Duration>? = nil) {
        let before = bootCount
        world.scheduler.after(dice.duration(time ?? Self.restartTime)) { [self] in
            guard before == bootCount, isKernelUp, !process.isRunning, !process.isForbidden else { return }
            if let cluster = process as? ClusterProcess { cluster.start() }
            if let engine = process as? EngineProcess { engine.start() }
        }
    }
}
