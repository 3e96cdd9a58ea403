import ClusterModel
import NodeCore

/// The person: asks for moves, and cleans up when a node says that it waits for that.
final class OperatorDesk {
    private unowned let world: World
    private var count: UInt64 = 0
    private(set) var outcomes: [OperatorOutcome] = []

    init(in world: World) {
        self.world = world
    }

    func ask(_ request: OperatorRequest, of node: Int) {
        count += 1
        world.say("a person asks \(world.machines[node].name): \(request)")
        world.machines[node].cluster.hear(.operatorRequested(RequestID(count), request))
    }

    func replied(_ id: RequestID, _ outcome: OperatorOutcome) {
        outcomes.append(outcome)
    }
}
