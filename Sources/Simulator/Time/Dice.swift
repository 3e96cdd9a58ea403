import ClusterModel

/// Chance in the simulated world: a seeded generator with the few questions that the world asks.
///
/// Every part of the world has dice of its own, derived from the seed and a label. A fault that is taken out of a plan
/// therefore does not change what chance does elsewhere, which is what makes stories short.
package struct Dice: Sendable {
    private var generator: SeededGenerator

    package init(seed: UInt64, _ label: String) {
        var digest = Digest()
        digest.add(seed)
        digest.add(label)
        generator = SeededGenerator(seed: digest.value)
    }

    package mutating func number() -> UInt64 {
        generator.next()
    }

    /// 0 ..< bound. The bias of the remainder is far below what any test could see.
    package mutating func below(_ bound: Int) -> Int {
        precondition(bound > 0, "a die of \(bound) sides")
        return Int(generator.next() % UInt64(bound))
    }

    /// Whether something of this probability, in millionths, happens. Costs no throw where it cannot.
    package mutating func happens(perMillion: Int) -> Bool {
        perMillion > 0 && below(1_000_000) < perMillion
    }

    /// A time between both bounds, the upper one excluded.
    package mutating func duration(_ range: ClosedRange<Duration>) -> Duration {
        let low = range.lowerBound.nanoseconds
        let width = range.upperBound.nanoseconds - low
        return .nanoseconds(width <= 0 ? low : low + Int64(generator.next() % UInt64(width)))
    }

    package mutating func pick<Element>(_ elements: [Element]) -> Element {
        elements[below(elements.count)]
    }
}
