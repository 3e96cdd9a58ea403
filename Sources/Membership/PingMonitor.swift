import ClusterModel

/// Follows the answers of the ping nodes: whether somebody outside the pair was reachable *throughout* a time.
package struct PingMonitor: Sendable {
    private struct Streak: Sendable {
        var address: String
        /// Since when answers came without a gap.
        var since: Instant?
        var last: Instant?
    }

    /// Time between two echoes to each node.
    package let interval: Duration
    private var streaks: [Streak]

    /// Two echoes may be lost in a row; the third missing one is a gap.
    private var allowedGap: Duration { interval * 3 }

    package init(addresses: [String], deadtime: Duration) {
        streaks = addresses.map { Streak(address: $0) }
        interval = min(max(deadtime / 8, .milliseconds(50)), .seconds(1))
    }

    package var isConfigured: Bool { !streaks.isEmpty }

    package mutating func answered(_ address: String, at now: Instant) {
        guard let index = streaks.firstIndex(where: { $0.address == address }) else { return }
        let isContinued = streaks[index].last.map { now - $0 <= allowedGap } ?? false
        if !isContinued { streaks[index].since = now }
        streaks[index].last = now
    }

    package func isAnswering(_ address: String, at now: Instant) -> Bool {
        streaks.contains { $0.address == address && isCurrent($0, at: now) }
    }

    /// Whether any ping node answers now; nil where none is configured.
    package func isAnyAnswering(at now: Instant) -> Bool? {
        isConfigured ? streaks.contains { isCurrent($0, at: now) } : nil
    }

    /// Whether one and the same ping node answered from `start` until `now` without a gap.
    package func answeredThroughout(from start: Instant, to now: Instant) -> Bool {
        streaks.contains { streak in
            guard let since = streak.since else { return false }
            return since - allowedGap <= start && isCurrent(streak, at: now)
        }
    }

    private func isCurrent(_ streak: Streak, at now: Instant) -> Bool {
        streak.last.map { now - $0 <= allowedGap } ?? false
    }
}
