/// Turns readings of a cable's signal into news. A signal that was down from the start is no news: it has not fallen, and
/// a fall is evidence.
struct CarrierWord {
    private var last: Bool?

    /// Whether the reading is to be reported; `nil` readings say nothing.
    mutating func isNews(_ reading: Bool?) -> Bool {
        guard let reading, reading != last else { return false }
        defer { last = reading }
        return reading || last != nil
    }
}
