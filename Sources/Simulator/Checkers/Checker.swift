/// One promise, watched all the time.
///
/// A checker sees the whole world, also what no node can know. It answers with a sentence when the promise is broken.
protocol Checker {
    var name: String { get }
    mutating func observe(_ observation: Observation, in world: World) -> String?
}

/// All of them.
enum CheckerList {
    static func all(for settings: WorldSettings) -> [any Checker] {
        [
            Converges(), OneServing(groups: settings.groupCount), AcknowledgedWrites(), NoStaleServing(),
            CopiesIdentical(), EpochsGrow(groups: settings.groupCount), NoFenceLoop(), HeartbeatsNotStarved(),
        ]
    }
}
