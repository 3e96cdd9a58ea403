import ClusterModel
import NodeCore

/// Runs one plan to its end, or to the first broken promise.
package struct Simulation {
    package let plan: FaultPlan
    package let sabotage: Sabotage?

    package init(_ plan: FaultPlan, sabotage: Sabotage? = nil) {
        self.plan = plan
        self.sabotage = sabotage
    }

    package func run(trace: Trace = Trace(isOn: false)) -> Outcome {
        let world = World(plan.settings, sabotage: sabotage, trace: trace)
        FaultInjector(world).schedule(plan)
        for machine in world.machines { machine.powerOn() }
        if plan.settings.startsUnsynchronised { firstSync(world) }
        world.scheduler.at(.origin + plan.end - .seconds(10)) { world.isQuiet = true }
        world.scheduler.run(until: .origin + plan.end) { world.violation != nil }
        if world.violation == nil { finish(world) }
        let outcome = Outcome(world, plan)
        world.scheduler.clear()
        return outcome
    }

    private func finish(_ world: World) {
        switch plan.ending {
        case .converges: world.observe(.mustHaveConverged)
        case .waitsForPerson: world.observe(.mustWait)
        }
    }

    /// What the person who sets a pair up does: declares the first node's copies the good ones.
    private func firstSync(_ world: World) {
        world.scheduler.at(.origin + .seconds(30)) {
            for volume in world.definition.volumes {
                world.operatorDesk.ask(.firstSync(volume.name), of: 0)
            }
        }
    }
}
