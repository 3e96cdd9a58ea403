import ClusterModel

/// Verifies that no node resets itself three times in a row for the same reason within half an hour: after the second time it
/// has to stay down, quietly, until a person has looked.
///
/// Does not count resets by the watchdog or by a plan.
struct NoFenceLoop: Checker {
    let name = "NoFenceLoop"
    private var last: [[(reason: String, at: Instant)]] = [[], []]

    mutating func observe(_ observation: Observation, in world: World) -> String? {
        guard case .reset(let node, let reason, true) = observation else { return nil }
        if last[node].last?.reason != reason { last[node] = [] }
        last[node].append((reason, world.now))
        let recent = last[node].filter { world.now - $0.at < .seconds(1800) }
        return recent.count < 3
            ? nil : "\(world.machines[node].name) resets itself the third time in a row: \(reason)"
    }
}
