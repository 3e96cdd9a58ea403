import ClusterModel
import Control

/// Measures a resync the way DRBD shows it: the speed of the last 18 seconds, the average since the beginning,
/// "stalled" when nothing moved for three minutes (drbd-8.4, what users look at). A value; fed with the time.
struct ResyncMeter {
    /// A mark is set every 3 seconds; the speed compares with the mark 6 marks ago.
    static let markInterval = Duration.seconds(3)
    static let markCount = 6
    static let stallTime = Duration.seconds(180)

    private struct Mark {
        var time: Instant
        var left: UInt64
    }

    private var total: UInt64
    private var left: UInt64
    private var marks: [Mark]
    /// Time that counts for the average: without pauses.
    private var active = Duration.zero
    private var lastSample: Instant
    private var lastMovement: Instant
    private var isPaused = false

    /// - Parameter left: bytes that have to be transferred.
    init(left: UInt64, at now: Instant) {
        total = left
        self.left = left
        marks = [Mark(time: now, left: left)]
        lastSample = now
        lastMovement = now
    }

    /// Called now and then while the resync runs, at least when somebody asks.
    mutating func sample(left newLeft: UInt64, isPaused nowPaused: Bool, at now: Instant) {
        if !isPaused { active += now - lastSample }
        if nowPaused || isPaused { restartWindow(left: newLeft, at: now) }
        if newLeft != left || nowPaused { lastMovement = now }
        isPaused = nowPaused
        left = newLeft
        total = max(total, newLeft)
        lastSample = now
        if let newest = marks.last, now - newest.time >= Self.markInterval {
            marks.append(Mark(time: now, left: newLeft))
            if marks.count > Self.markCount { marks.removeFirst() }
        }
    }

    /// What to show at the last sample.
    /// - Parameter wanted: the controller's aim in bytes a second, where this node is the target.
    func progress(wanted: UInt64?) -> ResyncProgress {
        let window = marks.first.map { (moved: moved(since: $0.left), time: lastSample - $0.time) }
        return ResyncProgress(
            totalBytes: total, leftBytes: left,
            speed: window.map { Self.speed(of: $0.moved, in: $0.time) } ?? 0,
            averageSpeed: Self.speed(of: moved(since: total), in: active), wantedSpeed: wanted,
            isStalled: !isPaused && lastSample - lastMovement >= Self.stallTime)
    }

    /// Time that passed in a pause must not count against the speed.
    private mutating func restartWindow(left: UInt64, at now: Instant) {
        marks = [Mark(time: now, left: left)]
    }

    private func moved(since earlier: UInt64) -> UInt64 { earlier > left ? earlier - left : 0 }

    private static func speed(of bytes: UInt64, in time: Duration) -> UInt64 {
        let milliseconds = UInt64(max(time.milliseconds, 0))
        guard milliseconds > 0 else { return 0 }
        let product = bytes.multipliedFullWidth(by: 1000)
        guard product.high < milliseconds else { return .max }
        return milliseconds.dividingFullWidth(product).quotient
    }
}
