/// Times of `ha.cf`: seconds, or with `ms` or `us` glued on.
enum HATime {
    static func parse(_ text: String) -> Duration? {
        let lower = text.lowercased()
        if lower.hasSuffix("ms") || lower.hasSuffix("us") { return DurationText.parse(lower) }
        return DurationText.parse(lower + "s")
    }
}
