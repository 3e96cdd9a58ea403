import ClusterModel
import NodeCore

/// Verifies that the epoch on a node's stable storage never falls, and that a group that moves to the other node is taken
/// there under a higher epoch than any under which it was held before.
///
/// Does not verify epochs in beats: what is used is what was stored.
struct EpochsGrow: Checker {
    let name = "EpochsGrow"
    private var stored = [Epoch.zero, Epoch.zero]
    private var held: [(node: Int, epoch: Epoch)?]

    init(groups: Int) {
        held = groups == 0 ? [] : (0..<groups).map { _ in nil }
    }

    mutating func observe(_ observation: Observation, in world: World) -> String? {
        switch observation {
        case .stored(let node, let state):
            defer { stored[node] = max(stored[node], state.epoch) }
            guard state.epoch < stored[node] else { return nil }
            return "\(world.machines[node].name) stores epoch \(state.epoch) after \(stored[node])"
        case .addressChanged(let node, let group, true):
            return taken(node, group, world)
        case .tick, .addressChanged, .reset, .acknowledgedByOld, .contentWrong, .staleRead, .mustHaveConverged,
            .mustWait:
            return nil
        }
    }

    private mutating func taken(_ node: Int, _ group: Int, _ world: World) -> String? {
        let machine = world.machines[node]
        let name = world.definition.groups[group].name
        guard let epoch = machine.stateFile.content?.groups.first(where: { $0.group == name })?.epoch else {
            return "\(machine.name) takes the address of group \(group) without an epoch on stable storage"
        }
        defer { held[group] = (node, epoch) }
        guard let before = held[group] else { return nil }
        let isAllowed = before.node == node ? epoch >= before.epoch : epoch > before.epoch
        return isAllowed
            ? nil : "\(machine.name) takes group \(group) under epoch \(epoch), after \(before.epoch) on another node"
    }
}
