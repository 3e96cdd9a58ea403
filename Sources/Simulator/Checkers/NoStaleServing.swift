import ClusterModel

/// Verifies that a client never reads an older record than one it knows to be stored.
///
/// While both nodes hold the address it says nothing: how long that may last is `OneServing`'s. It sees only what clients
/// read; what a mount finds is `AcknowledgedWrites`'.
struct NoStaleServing: Checker {
    let name = "NoStaleServing"

    mutating func observe(_ observation: Observation, in world: World) -> String? {
        guard case .staleRead(let group, let node, let slot) = observation else { return nil }
        guard !world.machines.allSatisfy({ $0.kernel.services[group].hasAddress }) else { return nil }
        return "\(world.machines[node].name) answers for group \(group) with an older record in slot \(slot)"
    }
}
