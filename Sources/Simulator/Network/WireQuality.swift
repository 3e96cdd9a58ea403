import ClusterModel

/// How well a cable carries what is sent over it.
package struct WireQuality: Hashable, Sendable {
    /// Parts per million of what is sent.
    package var loss = 0
    package var duplication = 0
    package var reordering = 0
    /// Arrives damaged: its seal is wrong, and the runtime drops it.
    package var corruption = 0
    package var delay: Duration
    package var jitter: Duration
    package var bytesPerSecond: Int

    package init(delay: Duration, jitter: Duration, bytesPerSecond: Int) {
        self.delay = delay
        self.jitter = jitter
        self.bytesPerSecond = bytesPerSecond
    }

    static let ethernet = WireQuality(
        delay: .microseconds(150), jitter: .microseconds(100), bytesPerSecond: 110_000_000)
    /// 115,200 baud, ten bits for a byte.
    static let serial = WireQuality(delay: .microseconds(500), jitter: .microseconds(200), bytesPerSecond: 11_520)
}
