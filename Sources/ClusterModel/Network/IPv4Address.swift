/// An IPv4 address.
package struct IPv4Address: Hashable, Sendable {
    /// The address as a number, the first of its four parts on top.
    package let number: UInt32

    package init(number: UInt32) {
        self.number = number
    }

    /// Makes an address of exactly 4 bytes in network order; nil for any other number.
    package init?(bytes: some Collection<UInt8>) {
        guard bytes.count == 4 else { return nil }
        number = bytes.reduce(0) { $0 << 8 | UInt32($1) }
    }

    package static let unspecified = IPv4Address(number: 0)

    /// 4 bytes in network order.
    package var bytes: [UInt8] {
        [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> UInt32($0)) }
    }
}

extension IPv4Address: CustomStringConvertible {
    /// Reads four decimal numbers without leading zeroes, as `inet_pton` does.
    package init?(_ text: some StringProtocol) {
        let parts = text.split(separator: ".", maxSplits: 4, omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var number: UInt32 = 0
        for part in parts {
            guard (1...3).contains(part.utf8.count), part.utf8.allSatisfy(\.isDecimalDigit),
                part.utf8.count == 1 || part.utf8.first != 0x30, let value = UInt8(part)
            else { return nil }
            number = number << 8 | UInt32(value)
        }
        self.init(number: number)
    }

    package var description: String {
        bytes.map { String($0) }.joined(separator: ".")
    }
}
