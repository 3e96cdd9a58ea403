import ClusterModel

/// A whole story: what the pair is built of, what goes wrong and when, and what must be true in the end.
package struct FaultPlan: Hashable, Sendable {
    package enum Ending: Hashable, Sendable {
        /// One serves each group, both copies are identical.
        case converges
        /// Nobody serves: the nodes must say what they wait for.
        case waitsForPerson
    }

    package var settings: WorldSettings
    /// In order of their times.
    package var faults: [PlannedFault]
    /// From then on nothing goes wrong any more, and what went wrong is repaired.
    package var calmAt: Duration
    package var ending = Ending.converges
    /// The gateway does not come back with the calm.
    package var losesGatewayForGood = false
    /// A person removes causes and says `clear` after the calm has begun.
    package var hasPerson = true

    package init(settings: WorldSettings, faults: [PlannedFault], calmAt: Duration, ending: Ending = .converges) {
        self.settings = settings
        self.faults = faults.sorted { $0.at < $1.at }
        self.calmAt = calmAt
        self.ending = ending
    }

    /// How long after the calm the pair may take: boots, initdead, silences, and the resync of a whole volume.
    package var convergenceBound: Duration {
        let timing = settings.timing
        let resync = Duration.milliseconds(Int64(settings.volumeBlocks) / 2)
        return timing.initdead * 2 + timing.deadtime * 6 + .seconds(120) + resync
    }

    package var end: Duration { calmAt + convergenceBound }
}
