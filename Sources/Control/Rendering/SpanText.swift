/// Spans of time as a person says them.
package enum SpanText {
    /// `350 ms`, `4.2 s`, `12 min`, `3 h 5 min`, `2 d 4 h`.
    package static func text(milliseconds: Int64) -> String {
        let milliseconds = max(0, milliseconds)
        let seconds = milliseconds / 1000
        return switch seconds {
        case 0: "\(milliseconds) ms"
        case ..<60: "\(seconds).\(milliseconds % 1000 / 100) s"
        case ..<3600: "\(seconds / 60) min"
        case ..<86_400: "\(seconds / 3600) h \(seconds / 60 % 60) min"
        default: "\(seconds / 86_400) d \(seconds / 3600 % 24) h"
        }
    }

    /// A number with one digit after the point.
    static func tenths(_ number: Double) -> String {
        guard number.isFinite, abs(number) < 1e12 else { return "?" }
        let tenths = Int64((abs(number) * 10).rounded())
        return (number < 0 && tenths > 0 ? "-" : "") + "\(tenths / 10).\(tenths % 10)"
    }
}
