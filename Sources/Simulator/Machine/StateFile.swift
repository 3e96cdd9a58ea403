import ClusterModel
import NodeCore

/// The cluster process's state file: written aside, synced, renamed, so that a crash leaves the old state or the new.
final class StateFile {
    private(set) var content: StoredState?
    var isDiskFull = false
    private var dice: Dice
    private var generation = 0
    private var busyUntil = Instant.origin
    private unowned let world: World

    init(in world: World, label: String) {
        self.world = world
        dice = Dice(seed: world.settings.seed, label)
    }

    /// Stores in order; `completion` is false where the disk is full.
    func store(_ state: StoredState, _ completion: @escaping (Bool) -> Void) {
        let start = max(world.now, busyUntil)
        busyUntil = start + dice.duration(.milliseconds(1)...(.milliseconds(25)))
        let before = generation
        world.scheduler.at(busyUntil) { [self] in
            guard before == generation else { return }
            guard !isDiskFull else { return completion(false) }
            if !world.isSabotaged(.forgetState) { content = state }
            completion(true)
        }
    }

    func losePower() {
        generation += 1
    }
}
