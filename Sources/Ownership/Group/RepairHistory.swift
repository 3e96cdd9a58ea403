import ClusterModel

/// Remembers restarts in place, so that a resource that keeps failing moves instead of being restarted for ever.
package struct RepairHistory: Hashable, Sendable {
    /// A second failure within this time is answered by a move.
    package static let window = Duration.seconds(600)
    /// Least time between two repairs when the group cannot move.
    package static let pause = Duration.seconds(10)

    private var last: Instant?

    package init() {}

    package mutating func began(at now: Instant) {
        last = now
    }

    /// Whether a failure now is the first within the window.
    package func isFirst(at now: Instant) -> Bool {
        last.map { now - $0 > Self.window } ?? true
    }

    /// The earliest next repair of a group that cannot move.
    package var notBefore: Instant? { last.map { $0 + Self.pause } }
}
