/// How far a resync is, with an honest time of its end: nil while no speed is known or nothing moves.
package struct ResyncProgress: Hashable, Sendable, Codable {
    /// Bytes this resync had to transfer when it began.
    package var totalBytes: UInt64
    /// Bytes still to transfer; may grow when the source is written while it is paused.
    package var leftBytes: UInt64
    /// Over the last seconds, bytes a second.
    package var speed: UInt64
    /// Since the beginning without pauses, bytes a second.
    package var averageSpeed: UInt64
    /// The speed the controller aims at, bytes a second, where this node is the target.
    package var wantedSpeed: UInt64?
    /// Nothing moved for a long time.
    package var isStalled: Bool
    /// Seconds until the end at the present speed.
    package var finishSeconds: UInt64?

    /// Takes the counted facts; the finish time follows from them.
    package init(
        totalBytes: UInt64, leftBytes: UInt64, speed: UInt64, averageSpeed: UInt64, wantedSpeed: UInt64? = nil,
        isStalled: Bool = false
    ) {
        self.totalBytes = totalBytes
        self.leftBytes = leftBytes
        self.speed = speed
        self.averageSpeed = averageSpeed
        self.wantedSpeed = wantedSpeed
        self.isStalled = isStalled
        self.finishSeconds = isStalled || speed == 0 ? nil : leftBytes / speed
    }

    /// Thousandths done, rounded down, 0…1000; 1000 only when nothing is left.
    package var doneThousandths: Int {
        guard leftBytes > 0, totalBytes > 0 else { return 1000 }
        let done = totalBytes - min(leftBytes, totalBytes)
        let thousandths = done.multipliedFullWidth(by: 1000)
        return min(Int(totalBytes.dividingFullWidth(thousandths).quotient), 999)
    }
}
