/// Counts changes of ownership; it only grows, and is on stable storage before it is used (DESIGN §4).
package struct Epoch: Hashable, Comparable, Sendable, Codable, CustomStringConvertible {
    package var number: UInt64

    package init(_ number: UInt64) {
        self.number = number
    }

    package static let zero = Epoch(0)

    package var next: Epoch { Epoch(number + 1) }

    package static func < (left: Epoch, right: Epoch) -> Bool {
        left.number < right.number
    }

    package var description: String { String(number) }
}
