import ClusterModel

/// What one machine believes of the time: its monotonic clock starts at boot and drifts, its wall clock may be stepped.
struct LocalClock {
    /// When, in the world's time, the machine was switched on.
    var bootedAt = Instant.origin
    /// How much too fast the clock runs, in parts per million; negative: too slow.
    let driftPPM: Int64
    /// Wall clock at the world's origin, in nanoseconds since 1970.
    var wallOrigin: Int64

    /// The machine's monotonic time at a time of the world's.
    func local(_ world: Instant) -> Instant {
        let elapsed = world.nanoseconds - bootedAt.nanoseconds
        return Instant(nanoseconds: elapsed + elapsed / 1_000_000 * driftPPM)
    }

    /// The first time of the world's at which the machine's monotonic clock shows at least `local`.
    func world(_ local: Instant) -> Instant {
        let estimate = local.nanoseconds - local.nanoseconds / (1_000_000 + driftPPM) * driftPPM
        var world = Instant(nanoseconds: bootedAt.nanoseconds + estimate)
        while self.local(world) < local { world += .microseconds(1) }
        return world
    }

    /// The wall clock, in nanoseconds since 1970.
    func wall(_ world: Instant) -> UInt64 {
        UInt64(max(0, wallOrigin + world.nanoseconds))
    }
}
