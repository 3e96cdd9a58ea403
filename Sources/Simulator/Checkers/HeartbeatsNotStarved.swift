import ClusterModel
import Replication

/// Verifies that a node whose process runs sends a beat at least every three keepalives whatever else goes on, and that a
/// resync over a working path moves at least every minute.
///
/// Does not verify that beats arrive, which is the cables' affair, nor how fast a resync is.
struct HeartbeatsNotStarved: Checker {
    let name = "HeartbeatsNotStarved"
    private var progress: [[(bytes: UInt64, at: Instant)?]] = []

    mutating func observe(_ observation: Observation, in world: World) -> String? {
        guard case .tick = observation else { return nil }
        for machine in world.machines {
            if let sentence = checkBeats(machine, world) { return sentence }
        }
        return checkResync(world)
    }

    private func checkBeats(_ machine: Machine, _ world: World) -> String? {
        guard machine.cluster.isResponsive, let last = machine.cluster.lastBeat else { return nil }
        let limit = world.settings.timing.keepalive * 3 + .milliseconds(200)
        let silence = world.now - max(last, machine.cluster.awakeSince)
        return silence > limit ? "\(machine.name) has not sent a beat for \(silence)" : nil
    }

    private mutating func checkResync(_ world: World) -> String? {
        let volumes = world.definition.volumes.indices
        if progress.isEmpty { progress = world.machines.map { _ in volumes.map { _ in nil } } }
        for machine in world.machines {
            for volume in volumes {
                let engine = machine.engines[volume]
                guard let report = engine.engine?.report, report.replication == .resyncTarget, isFree(volume, world)
                else {
                    progress[machine.index][volume] = nil
                    continue
                }
                let last = progress[machine.index][volume]
                if let last, last.bytes == report.outOfSyncBytes {
                    guard world.now - last.at > .seconds(60) else { continue }
                    return "the resync of volume \(volume) on \(machine.name) has not moved for a minute"
                }
                progress[machine.index][volume] = (report.outOfSyncBytes, world.now)
            }
        }
        return nil
    }

    private func isFree(_ volume: Int, _ world: World) -> Bool {
        world.isReplicationPathUp
            && world.machines.allSatisfy {
                let engine = $0.engines[volume]
                return engine.isResponsive && engine.disk.health == .good && engine.disk.slowness == 1
            }
    }
}
