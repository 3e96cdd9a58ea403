import ClusterModel

/// What a simulated pair is built of; everything in it follows from the seed, or is set by a scenario.
package struct WorldSettings: Hashable, Sendable {
    package var seed: UInt64
    package var topology: Topology
    package var timing: Timing
    package var groupCount: Int
    package var hasWatchdog: Bool
    package var hasPingNode: Bool
    package var silence: SilencePolicy
    package var onIOError: IOErrorPolicy
    /// Size of each volume, in blocks of 4 KiB.
    package var volumeBlocks: Int
    package var activityLogExtents: Int
    /// Time between two records of the client, on average.
    package var clientPace: Duration
    /// Time between two bursts of file data without a flush, on average.
    package var bulkPace: Duration
    /// Whether the copies start as created, so that the first synchronisation is part of the run.
    package var startsUnsynchronised: Bool

    /// The size of a block, in bytes: what one token stands for.
    package static let block: UInt64 = 4096

    package init(seed: UInt64) {
        var dice = Dice(seed: seed, "settings")
        self.seed = seed
        topology = dice.pick([.full, .full, .apart, .lanOnly])
        timing = dice.pick(Self.timings)
        timing.autoFailback = dice.pick([.off, .off, .on, .afterResync])
        groupCount = dice.pick([1, 1, 2])
        hasWatchdog = dice.pick([true, true, true, false])
        hasPingNode = dice.pick([true, true, true, false])
        silence = .stop
        onIOError = dice.pick([.detach, .detach, .panic])
        // 128 MiB is 32 extents; 512 MiB is 128, more than the activity log has slots.
        volumeBlocks = dice.pick([2_048, 8_192, 32_768, 131_072])
        activityLogExtents = 67
        clientPace = dice.pick([.milliseconds(300), .seconds(1), .seconds(3)])
        bulkPace = dice.pick([.milliseconds(500), .seconds(2), .seconds(10)])
        startsUnsynchronised = dice.below(8) == 0
        if startsUnsynchronised { volumeBlocks = min(volumeBlocks, 8_192) }
    }

    private static let timings = [
        Timing(
            keepalive: .seconds(1), warntime: .seconds(3), deadtime: .seconds(5), initdead: .seconds(30)),
        Timing(
            keepalive: .seconds(2), warntime: .seconds(6), deadtime: .seconds(10), initdead: .seconds(60)),
        Timing(
            keepalive: .milliseconds(500), warntime: .milliseconds(1500), deadtime: .milliseconds(2500),
            initdead: .seconds(30)),
    ]
}
