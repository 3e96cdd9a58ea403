import ClusterModel

/// Verifies that no group has its address on two nodes that a client can both reach, but for the time that an owner who was
/// cut off needs to hear of its successor and to stop (rule R4): two keepalives and five seconds, or, where its unit hangs
/// at the stop or the machine itself hangs, what stop time-out and watchdog allow.
///
/// Verifies at once that nobody takes an address whose holder it could have asked for the last ten seconds.
///
/// Does not verify what two owners answer meanwhile: `AcknowledgedWrites` does for writes, `NoStaleServing` for reads. A
/// machine that hangs without a watchdog is not counted: nothing bounds it, which is why `bascule check` wants one.
struct OneServing: Checker {
    let name = "OneServing"
    private var bothSince: [Instant?]
    private var mutualSince: Instant?

    init(groups: Int) {
        bothSince = [Instant?](repeating: nil, count: groups)
    }

    mutating func observe(_ observation: Observation, in world: World) -> String? {
        switch observation {
        case .tick:
            watchLAN(world)
            return check(world)
        case .addressChanged(let node, let group, let isHeld):
            if isHeld, let sentence = judge(node, group, world) { return sentence }
            return check(world)
        case .stored, .reset, .acknowledgedByOld, .contentWrong, .staleRead, .mustHaveConverged, .mustWait:
            return nil
        }
    }

    private mutating func watchLAN(_ world: World) {
        let isMutual = world.reaches(.first, .second)
        mutualSince = isMutual ? mutualSince ?? world.now : nil
    }

    private func judge(_ node: Int, _ group: Int, _ world: World) -> String? {
        guard world.machines[1 - node].kernel.services[group].hasAddress else { return nil }
        guard let mutualSince, world.now - mutualSince > .seconds(10), world.reaches(.first, .second) else {
            return nil
        }
        return "\(world.machines[node].name) takes the address of group \(group), which "
            + "\(world.machines[1 - node].name) holds and would have answered for"
    }

    private mutating func check(_ world: World) -> String? {
        for group in bothSince.indices {
            let isDouble = world.machines.indices.allSatisfy {
                world.clients[group].reaches($0) && world.machines[$0].kernel.services[group].hasAddress
            }
            let isUnbounded = !world.settings.hasWatchdog && world.machines.contains { $0.isHung }
            guard isDouble, !isUnbounded else {
                bothSince[group] = nil
                continue
            }
            let since = bothSince[group] ?? world.now
            bothSince[group] = since
            if world.now - since > bound(group, world) {
                return "both nodes have served group \(group) to its clients for \(world.now - since)"
            }
        }
        return nil
    }

    private func bound(_ group: Int, _ world: World) -> Duration {
        let timing = world.settings.timing
        let isHard = world.machines.contains {
            !$0.cluster.isResponsive || $0.kernel.services[group].trouble.hangsAtStop
                || !$0.engines[group].isResponsive
        }
        let base = timing.keepalive * 2 + .seconds(5)
        return isHard ? base + WorldSettings.stopTimeout * 2 + .seconds(10) : base
    }
}
