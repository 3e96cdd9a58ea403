/// The cluster's times, in the words of Heartbeat's `ha.cf` (paper §3.2).
package struct Timing: Hashable, Sendable, Codable {
    /// Time between two heartbeats on each link.
    package var keepalive: Duration
    /// Silence after which a late heartbeat is reported.
    package var warntime: Duration
    /// Silence on all links after which the peer is dead.
    package var deadtime: Duration
    /// `deadtime` for a peer that has not been heard since we started.
    package var initdead: Duration
    package var autoFailback: AutoFailback

    package init(
        keepalive: Duration = .seconds(2), warntime: Duration = .seconds(6), deadtime: Duration = .seconds(10),
        initdead: Duration = .seconds(60), autoFailback: AutoFailback = .off
    ) {
        self.keepalive = keepalive
        self.warntime = warntime
        self.deadtime = deadtime
        self.initdead = initdead
        self.autoFailback = autoFailback
    }
}

/// Whether a group moves back to its preferred node when that returns (`auto_failback`).
package enum AutoFailback: String, Hashable, Sendable, Codable, CaseIterable {
    /// As soon as the group's own volumes are UpToDate there.
    case on
    /// Only when a person says `bascule failback`.
    case off
    /// Only after every volume of the pair is in sync again, also those of other groups.
    case afterResync = "after-resync"
}
