/// A hash over a sequence of numbers and texts that depends on their order and on nothing else: neither on the machine
/// nor on Swift's random seed for `Hasher`.
package struct Digest: Equatable, Sendable, CustomStringConvertible {
    package private(set) var value: UInt64 = 0xcbf2_9ce4_8422_2325

    package init() {}

    package mutating func add(_ number: UInt64) {
        // One round of a multiply-and-fold hash for each word.
        let mixed = (value ^ number) &* 0x9e37_79b9_7f4a_7c15
        value = mixed ^ (mixed >> 29)
    }

    package mutating func add(_ number: Int) {
        add(UInt64(bitPattern: Int64(number)))
    }

    package mutating func add(_ flag: Bool) {
        add(flag ? 1 as UInt64 : 0)
    }

    package mutating func add(_ text: String) {
        for byte in text.utf8 { add(UInt64(byte)) }
        add(UInt64(text.utf8.count))
    }

    package var description: String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
