import ClusterModel

/// What both kinds of process have in common: they run or do not, and while they (or their machine) stall, what happens
/// to them waits and comes in order afterwards.
class SimulatedProcess {
    unowned let world: World
    unowned let machine: Machine
    private(set) var isRunning = false
    /// Counts starts and ends: what was begun by an earlier run answers nobody.
    private(set) var generation = 0
    private(set) var isStalled = false
    /// Since when it runs without having stalled.
    private(set) var awakeSince = Instant.origin
    private var held: [() -> Void] = []
    /// Set while a supervisor must not start it again.
    var isForbidden = false
    let label: String

    init(_ machine: Machine, label: String) {
        world = machine.world
        self.machine = machine
        self.label = label
    }

    var heldCount: Int { held.count }

    var isResponsive: Bool { isRunning && !isStalled && !machine.isHung }

    func markStarted() {
        precondition(!isRunning, "\(label) is started twice")
        isRunning = true
        awakeSince = world.now
        generation += 1
    }

    func markEnded() {
        isRunning = false
        generation += 1
        isStalled = false
        held = []
    }

    /// Runs `take` when the process next looks, if it is still the same run of it.
    func whenAwake(_ take: @escaping () -> Void) {
        guard isRunning else { return }
        if isResponsive, held.isEmpty { return take() }
        held.append(take)
    }

    func stall(for time: Duration) {
        guard isRunning, !isStalled else { return }
        isStalled = true
        let before = generation
        world.scheduler.after(time) { [self] in
            guard before == generation else { return }
            isStalled = false
            wake()
        }
    }

    /// Takes what was held back, unless it is still stalled.
    func wake() {
        awakeSince = world.now
        let before = generation
        while isResponsive, before == generation, !held.isEmpty {
            held.removeFirst()()
        }
    }
}
