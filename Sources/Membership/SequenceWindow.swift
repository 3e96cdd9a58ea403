/// Tells new, late, repeated and old sequence numbers apart, over the last 64 numbers.
package struct SequenceWindow: Hashable, Sendable {
    package enum Arrival: Hashable, Sendable {
        /// Newer than all before; `missed` numbers were skipped.
        case newer(missed: UInt64)
        /// Older than the newest, not seen before: it was overtaken.
        case overtaken
        case duplicate
        /// Too old to remember: a replay.
        case tooOld
    }

    private var newest: UInt64?
    /// Bit n is set where `newest - n` was seen.
    private var seen: UInt64 = 0

    package init() {}

    package mutating func accept(_ sequence: UInt64) -> Arrival {
        guard let newest else {
            self.newest = sequence
            seen = 1
            return .newer(missed: 0)
        }
        guard sequence > newest else { return acceptOld(age: newest - sequence) }
        let step = sequence - newest
        seen = step < 64 ? seen << step | 1 : 1
        self.newest = sequence
        return .newer(missed: step - 1)
    }

    private mutating func acceptOld(age: UInt64) -> Arrival {
        guard age < 64 else { return .tooOld }
        let bit = UInt64(1) << age
        guard seen & bit == 0 else { return .duplicate }
        seen |= bit
        return .overtaken
    }
}
