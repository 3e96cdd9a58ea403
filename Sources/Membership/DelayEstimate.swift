import ClusterModel

/// A running mean of a delay; each sample counts one eighth, as in RFC 6298.
package struct DelayEstimate: Hashable, Sendable {
    private var nanoseconds: Int64?

    package init() {}

    package mutating func add(_ sample: Duration) {
        let value = max(0, sample.nanoseconds)
        nanoseconds = nanoseconds.map { $0 + (value - $0) / 8 } ?? value
    }

    /// nil before the first sample.
    package var microseconds: Int64? { nanoseconds.map { $0 / 1000 } }
}
