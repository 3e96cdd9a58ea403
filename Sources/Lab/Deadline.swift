import Foundation

/// What the lab waits for, and how long at most. Nothing in the lab sleeps for a guessed time.
package struct Deadline {
    package struct Missed: Error, CustomStringConvertible {
        package let what: String
        package let seconds: Double
        package let lastSeen: String
        package var description: String { "waited \(seconds) s in vain for: \(what). Last seen: \(lastSeen)" }
    }

    /// Calls `condition` until it gives a value, every few milliseconds. An error counts as "not yet".
    package static func wait<Value>(
        for what: String, within seconds: Double, every interval: Double = 0.01, _ condition: () throws -> Value?
    ) throws -> Value {
        let end = Stopwatch()
        var lastSeen = "nothing"
        while true {
            do {
                if let value = try condition() { return value }
                lastSeen = "not yet"
            } catch {
                lastSeen = "\(error)"
            }
            guard end.seconds < seconds else { throw Missed(what: what, seconds: seconds, lastSeen: lastSeen) }
            Thread.sleep(forTimeInterval: interval)
        }
    }
}

extension Deadline {
    /// Calls `condition` until it holds.
    package static func wait(
        until what: String, within seconds: Double, every interval: Double = 0.01, _ condition: () throws -> Bool
    ) throws {
        _ = try wait(for: what, within: seconds, every: interval) { try condition() ? true : nil } as Bool
    }
}

/// Time since it was made.
package struct Stopwatch: Sendable {
    private let start = ContinuousClock.now

    package init() {}

    package var seconds: Double { milliseconds / 1000 }

    package var milliseconds: Double {
        let passed = (ContinuousClock.now - start).components
        return Double(passed.seconds) * 1000 + Double(passed.attoseconds) / 1e15
    }
}
