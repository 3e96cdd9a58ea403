import ClusterModel

/// The hardware watchdog: armed by the first feeding, it resets the machine when the next does not come in time.
final class Watchdog {
    private unowned let machine: Machine
    private let timeout: Duration?
    private var turn = 0

    init(_ machine: Machine) {
        self.machine = machine
        timeout = machine.world.definition.watchdog?.timeout
    }

    func feed() {
        guard let timeout else { return }
        turn += 1
        let before = turn
        machine.world.scheduler.after(timeout) { [self] in
            guard before == turn else { return }
            machine.reset("the watchdog was not fed for \(timeout)", bySelf: false)
        }
    }

    func disarm() {
        turn += 1
    }
}
