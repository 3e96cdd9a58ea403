/// The slots of the activity log that no request holds, the one idle longest first; every operation
/// takes the same short time, however many slots there are.
struct IdleSlots: Sendable {
    private static let none = -1

    private(set) var count: Int
    /// Neighbours in a ring; the entry behind the last slot is the ring's head.
    private var next: [Int]
    private var previous: [Int]

    /// All of `count` slots, in order.
    init(count: Int) {
        self.count = count
        next = (0...count).map { $0 == count ? 0 : $0 + 1 }
        previous = (0...count).map { $0 == 0 ? count : $0 - 1 }
    }

    private var head: Int { next.count - 1 }

    /// Takes out the slot that has been idle longest.
    mutating func popFirst() -> Int? {
        let slot = next[head]
        guard slot != head else { return nil }
        remove(slot)
        return slot
    }

    /// A slot became idle.
    mutating func append(_ slot: Int) {
        precondition(next[slot] == Self.none, "slot \(slot) is idle already")
        let last = previous[head]
        next[last] = slot
        previous[slot] = last
        next[slot] = head
        previous[head] = slot
        count += 1
    }

    /// A slot that was idle is needed.
    mutating func remove(_ slot: Int) {
        precondition(next[slot] != Self.none, "slot \(slot) is not idle")
        next[previous[slot]] = next[slot]
        previous[next[slot]] = previous[slot]
        next[slot] = Self.none
        previous[slot] = Self.none
        count -= 1
    }
}
