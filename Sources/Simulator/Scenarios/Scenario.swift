import ClusterModel

/// A story with a name: one of the failures that other pairs are known for.
package struct Scenario: Sendable {
    package let name: String
    /// In one sentence, what happens and what must come of it.
    package let story: String
    package let plan: FaultPlan
    /// The checker that has to complain, where the story is one that only a checker can notice.
    package let expected: String?

    init(_ name: String, _ story: String, _ plan: FaultPlan, expected: String? = nil) {
        self.name = name
        self.story = story
        self.plan = plan
        self.expected = expected
    }

    package static let all = boots + resyncs + links + isolations + machines + disks
}

extension WorldSettings {
    /// What the scenarios are played on unless they say otherwise: three links, watchdog, ping node, one group.
    static func standard(_ change: (inout WorldSettings) -> Void = { _ in }) -> WorldSettings {
        var settings = WorldSettings(seed: 7)
        settings.topology = .full
        settings.timing = Timing(
            keepalive: .seconds(1), warntime: .seconds(3), deadtime: .seconds(5), initdead: .seconds(30))
        settings.groupCount = 1
        settings.hasWatchdog = true
        settings.hasPingNode = true
        settings.onIOError = .detach
        settings.volumeBlocks = 8192
        settings.clientPace = .milliseconds(300)
        settings.bulkPace = .milliseconds(500)
        settings.startsUnsynchronised = false
        change(&settings)
        return settings
    }
}

extension FaultPlan {
    /// A scenario's plan: the calm begins `calm` seconds after the start.
    static func of(_ settings: WorldSettings, calm: Int, _ faults: [PlannedFault]) -> FaultPlan {
        FaultPlan(settings: settings, faults: faults, calmAt: .seconds(calm))
    }
}

extension PlannedFault {
    /// Times in seconds.
    static func at(_ time: Double, for length: Double = 0, _ fault: Fault) -> PlannedFault {
        PlannedFault(at: .milliseconds(Int64(time * 1000)), for: .milliseconds(Int64(length * 1000)), fault)
    }
}
