import ClusterModel
import NodeCore

/// Asks the gateway at an interval, and says of each question whether it was answered before the next.
final class Pinger {
    private unowned let machine: Machine
    private var interval: Duration?
    private var turn = 0

    init(_ machine: Machine) {
        self.machine = machine
    }

    func run(every interval: Duration?) {
        guard interval != self.interval else { return }
        self.interval = interval
        turn += 1
        if interval != nil { ask(turn) }
    }

    func stop() {
        interval = nil
        turn += 1
    }

    private func ask(_ turn: Int) {
        guard turn == self.turn, let interval else { return }
        let world = machine.world
        let host: Segment.Host = machine.index == 0 ? .first : .second
        if !machine.cluster.isResponsive {
            // The process itself asks: while it stands still nothing is asked, and nothing missed.
        } else if world.reaches(host, .gateway) {
            world.scheduler.after(.microseconds(400)) { [self] in
                guard turn == self.turn else { return }
                machine.cluster.hear(.pingAnswered(WorldSettings.gateway))
            }
        } else {
            world.scheduler.after(interval) { [self] in
                guard turn == self.turn else { return }
                machine.cluster.hear(.pingMissed(WorldSettings.gateway))
            }
        }
        world.scheduler.after(interval) { [self] in ask(turn) }
    }
}
