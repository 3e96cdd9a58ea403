import ClusterModel
import NodeCore
import Replication

extension World {
    func sabotaged(_ event: NodeEvent, at machine: Machine) -> NodeEvent? {
        if isSabotaged(.silentEngine), case .volumeReported(let name, .some(var report)) = event {
            report.replication = .disconnected
            report.copy = min(report.copy, .consistent)
            return .volumeReported(name, report)
        }
        return event
    }

    func sabotaged(_ effects: [NodeEffect], at machine: Machine) -> [NodeEffect] {
        guard let sabotage else { return effects }
        switch sabotage {
        case .starveBeats:
            return effects.filter { effect in
                if case .sendHeartbeat(let beat) = effect { beat.sequence % 10 == 0 } else { true }
            }
        case .lowerEpoch:
            return effects.map { effect in
                guard case .storeState(let id, var state) = effect, state.epoch.number > 2 else { return effect }
                state.epoch = Epoch(1)
                return .storeState(id, state)
            }
        case .fenceAgainAndAgain:
            let serves = definition.groups.indices.contains { machine.kernel.serves($0) }
            return serves ? effects + [.resetMachine(reason: "sabotage")] : effects
        default:
            return effects
        }
    }

    func sabotaged(_ effects: [VolumeEffect], at machine: Machine, _ volume: Int) -> [VolumeEffect] {
        guard let sabotage else { return effects }
        let process = machine.engines[volume]
        switch sabotage {
        case .acknowledgeEarly:
            for case .writeDisk(_, _, .client(let number), _) in effects { process.frontEnd.acknowledgeEarly(number) }
            return effects
        case .skipResyncWrites:
            return effects.map { effect in
                guard case .writeDisk(let id, let range, .peer, _) = effect,
                    process.engine?.report.replication == .resyncTarget
                else { return effect }
                return .discardDisk(id, range)
            }
        case .noFreeze:
            if process.engine?.report.isFrozen == true {
                scheduler.after(.milliseconds(1)) { process.order(.resumePeerDead) { _ in } }
            }
            return effects
        default:
            return effects
        }
    }
}
