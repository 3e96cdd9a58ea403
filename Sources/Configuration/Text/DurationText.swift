import ClusterModel

/// Times as the definition writes them: a number with its unit glued on, `2s`, `100ms`, `1.5s`, `1min`.
package enum DurationText {
    private static let units: [(suffix: String, nanoseconds: Int64)] = [
        ("ns", 1), ("us", 1_000), ("ms", 1_000_000), ("min", 60_000_000_000), ("h", 3_600_000_000_000),
        ("s", 1_000_000_000),
    ]

    /// The time, or nil where the text is none. Up to 6 digits before and 9 after the point: nothing overflows, and
    /// 999999 hours are more than anybody waits.
    package static func parse(_ text: String) -> Duration? {
        guard let unit = units.first(where: { text.hasSuffix($0.suffix) }) else { return nil }
        let parts = text.dropLast(unit.suffix.count).split(separator: ".", omittingEmptySubsequences: false)
        guard let whole = parts.first.flatMap({ digits($0, atMost: 6) }) else { return nil }
        switch parts.count {
        case 1: return .nanoseconds(whole * unit.nanoseconds)
        case 2:
            guard let fraction = digits(parts[1], atMost: 9) else { return nil }
            let scale = (0..<parts[1].count).reduce(Int64(1)) { scale, _ in scale * 10 }
            return .nanoseconds(whole * unit.nanoseconds + scaled(fraction, by: unit.nanoseconds, over: scale))
        default: return nil
        }
    }

    /// The shortest text that reads back to the same time.
    package static func text(_ duration: Duration) -> String {
        let nanoseconds = duration.nanoseconds
        for (suffix, unit) in [("s", Int64(1_000_000_000)), ("ms", 1_000_000), ("us", 1_000)]
        where nanoseconds % unit == 0 {
            return "\(nanoseconds / unit)\(suffix)"
        }
        return "\(nanoseconds)ns"
    }

    /// `fraction × unit ÷ scale`, where the product would not fit 64 bits.
    private static func scaled(_ fraction: Int64, by unit: Int64, over scale: Int64) -> Int64 {
        scale.dividingFullWidth(fraction.multipliedFullWidth(by: unit)).quotient
    }

    private static func digits(_ text: Substring, atMost count: Int) -> Int64? {
        guard !text.isEmpty, text.utf8.count <= count, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
            return nil
        }
        return Int64(text)
    }
}
