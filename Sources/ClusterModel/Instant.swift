/// A point in monotonic time, in nanoseconds since an origin that only its own machine knows.
///
/// The runtimes take it from `CLOCK_BOOTTIME`, the simulator from its virtual clock. Cores never ask for
/// the time: it is a parameter of every `handle`.
package struct Instant: Hashable, Comparable, Sendable, CustomStringConvertible {
    package var nanoseconds: Int64

    package init(nanoseconds: Int64) {
        self.nanoseconds = nanoseconds
    }

    package static let origin = Instant(nanoseconds: 0)

    package static func < (left: Instant, right: Instant) -> Bool {
        left.nanoseconds < right.nanoseconds
    }

    package static func + (left: Instant, right: Duration) -> Instant {
        Instant(nanoseconds: left.nanoseconds + right.nanoseconds)
    }

    package static func - (left: Instant, right: Duration) -> Instant {
        Instant(nanoseconds: left.nanoseconds - right.nanoseconds)
    }

    package static func - (left: Instant, right: Instant) -> Duration {
        .nanoseconds(left.nanoseconds - right.nanoseconds)
    }

    package static func += (left: inout Instant, right: Duration) {
        left = left + right
    }

    package var description: String {
        "\(Double(nanoseconds / 1000) / 1_000_000)s"
    }
}

extension Duration {
    /// The whole duration in nanoseconds. Times in this project stay far below the 292 years that fit.
    package var nanoseconds: Int64 {
        components.seconds * 1_000_000_000 + components.attoseconds / 1_000_000_000
    }

    /// The whole duration in milliseconds, rounded down.
    package var milliseconds: Int64 {
        nanoseconds / 1_000_000
    }
}
