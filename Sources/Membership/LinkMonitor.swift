import ClusterModel

/// Watches one link: how long it is silent, what it loses, repeats and delays.
///
/// A silent link moves nothing by itself; it is reported, and `PeerMonitor` decides when all are silent.
package struct LinkMonitor: Sendable {
    package enum Health: Hashable, Sendable {
        case unheard
        case up
        /// Silent for warntime.
        case late
        /// Silent for deadtime.
        case silent
    }

    package let name: LinkName
    package private(set) var health = Health.unheard
    /// Why the link cannot be used here at all.
    package var fault: String?
    package var hasCarrier: Bool?
    package private(set) var lastBeat: Instant?
    package private(set) var received: UInt64 = 0
    package private(set) var lost: UInt64 = 0
    package private(set) var late: UInt64 = 0
    package private(set) var duplicates: UInt64 = 0
    package private(set) var replays: UInt64 = 0
    /// Whether the peer says that it hears us here.
    package var isHeardByPeer: Bool?
    /// Mean time by which this link's beats come after the first copy of the same beat.
    package private(set) var lag = DelayEstimate()
    private var window = SequenceWindow()

    package init(name: LinkName) {
        self.name = name
    }

    /// Counts a beat of the peer's current incarnation. Gives the new health where it changed.
    package mutating func beatArrived(sequence: UInt64, lag beatLag: Duration?, at now: Instant) -> Health? {
        switch window.accept(sequence) {
        case .newer(let missed):
            received += 1
            lost += missed
        case .overtaken:
            received += 1
            lost -= lost > 0 ? 1 : 0
        case .duplicate:
            duplicates += 1
            return nil
        case .tooOld:
            replays += 1
            return nil
        }
        if let beatLag { lag.add(beatLag) }
        lastBeat = now
        return change(to: .up)
    }

    package mutating func replayArrived() {
        replays += 1
    }

    /// The peer began a new incarnation: numbers begin anew.
    package mutating func peerRestarted() {
        window = SequenceWindow()
    }

    /// Compares the silence with the limits. `baseline` is when this node itself began to listen without a gap.
    package mutating func check(at now: Instant, timing: Timing, baseline: Instant) -> Health? {
        guard let lastBeat else { return nil }
        let silence = now - max(lastBeat, baseline)
        switch health {
        case .unheard, .silent:
            return nil
        case .up where silence >= timing.warntime && silence < timing.deadtime:
            late += 1
            return change(to: .late)
        case .up, .late:
            return silence >= timing.deadtime ? change(to: .silent) : nil
        }
    }

    /// When `check` has something to find next.
    package func nextCheck(timing: Timing, baseline: Instant) -> Instant? {
        guard let lastBeat else { return nil }
        let since = max(lastBeat, baseline)
        switch health {
        case .unheard, .silent: return nil
        case .up: return since + min(timing.warntime, timing.deadtime)
        case .late: return since + timing.deadtime
        }
    }

    private mutating func change(to next: Health) -> Health? {
        guard health != next else { return nil }
        health = next
        return next
    }
}
