import ClusterModel

/// Checks the watchdog against the times it has to guarantee (rule R6).
package enum WatchdogPolicy {
    /// Why the watchdog cannot do its work with these times; nil: it can.
    ///
    /// It is fed with every keepalive and must survive two missed feedings. A node that hangs holds its address until the
    /// watchdog fires, so the time-out is also the bound that `bascule check` states.
    package static func objection(_ watchdog: WatchdogDefinition, timing: Timing) -> String? {
        if watchdog.timeout < timing.keepalive * 3 {
            return "the watchdog's time-out of \(durationText(watchdog.timeout)) is shorter than three keepalives: "
                + "it would reset a healthy node"
        }
        if watchdog.timeout > max(timing.deadtime * 2, .seconds(10)) {
            return "the watchdog's time-out of \(durationText(watchdog.timeout)) is longer than two deadtimes: "
                + "a hung node would hold its addresses for too long"
        }
        return nil
    }

    /// How long a cut-off owner may still answer its clients: it waits out R4's bound, then stops; a hang ends in a reset.
    package static func bound(timing: Timing, watchdog: WatchdogDefinition?) -> Duration {
        timing.deadtime * 2 + (watchdog?.timeout ?? .zero)
    }
}
