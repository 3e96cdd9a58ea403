import Glibc

/// The time of day, for people: logs and records. Nothing is ever decided by it, for it jumps.
package enum WallClock {
    /// Seconds since 1970.
    package static func seconds() -> Int64 { now().seconds }

    /// Local time as `2026-02-28 13:05:09.123`.
    package static func text() -> String {
        let (seconds, nanoseconds) = now()
        return text(seconds: seconds, milliseconds: nanoseconds / 1_000_000)
    }

    static func text(seconds: Int64, milliseconds: Int64) -> String {
        var fields = tm()
        var time = time_t(seconds)
        localtime_r(&time, &fields)
        let date = [fields.tm_year + 1900, fields.tm_mon + 1, fields.tm_mday].map(padded).joined(separator: "-")
        let clock = [fields.tm_hour, fields.tm_min, fields.tm_sec].map(padded).joined(separator: ":")
        let fraction = String(String(1000 + milliseconds).dropFirst())
        return "\(date) \(clock).\(fraction)"
    }

    private static func padded(_ number: Int32) -> String {
        number < 10 ? "0\(number)" : "\(number)"
    }

    private static func now() -> (seconds: Int64, nanoseconds: Int64) {
        var time = timespec()
        let answer = clock_gettime(CLOCK_REALTIME, &time)
        precondition(answer == 0, "CLOCK_REALTIME exists everywhere")
        return (Int64(time.tv_sec), Int64(time.tv_nsec))
    }
}
