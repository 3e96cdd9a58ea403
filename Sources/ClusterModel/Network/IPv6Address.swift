/// An IPv6 address, without zone.
package struct IPv6Address: Hashable, Sendable {
    /// 16 bytes in network order.
    package let bytes: [UInt8]

    /// Makes an address of exactly 16 bytes; nil for any other number.
    package init?(bytes: some Collection<UInt8>) {
        guard bytes.count == 16 else { return nil }
        self.bytes = Array(bytes)
    }

    private init(unchecked bytes: [UInt8]) {
        self.bytes = bytes
    }

    package static let unspecified = IPv6Address(unchecked: [UInt8](repeating: 0, count: 16))
    /// All nodes of the segment, `ff02::1`.
    package static let allNodes = IPv6Address(unchecked: [0xff, 0x02] + [UInt8](repeating: 0, count: 13) + [1])

    /// The group in which the holder of this address hears questions about it (RFC 4291, section 2.7.1).
    package var solicitedNodeGroup: IPv6Address {
        let prefix: [UInt8] = [0xff, 0x02, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0xff]
        return IPv6Address(unchecked: prefix + bytes.suffix(3))
    }

    package var isMulticast: Bool { bytes[0] == 0xff }

    /// The eight groups of 16 bits.
    private var groups: [UInt16] {
        (0..<8).map { UInt16(bytes[2 * $0]) << 8 | UInt16(bytes[2 * $0 + 1]) }
    }
}

extension IPv6Address: CustomStringConvertible {
    /// Reads the forms of RFC 4291, section 2.2: `2001:db8::1`, also with an IPv4 address as its end. No zone, no prefix.
    package init?(_ text: String) {
        guard text.utf8.count <= 45 else { return nil }
        let halves = Self.halves(of: text)
        let parsed = halves.compactMap { Self.groups(of: $0.text, mayEndInIPv4: $0.isEnd) }
        guard parsed.count == halves.count else { return nil }
        let given = parsed.reduce(0) { $0 + $1.count }
        switch halves.count {
        case 1 where given == 8: self.init(groups: parsed[0])
        // `::` stands for at least one group of zeroes.
        case 2 where given < 8:
            self.init(groups: parsed[0] + [UInt16](repeating: 0, count: 8 - given) + parsed[1])
        default: return nil
        }
    }

    private init(groups: [UInt16]) {
        self.init(unchecked: groups.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xff)] })
    }

    /// What stands before and after the first `::`, or the whole text where there is none.
    private static func halves(of text: String) -> [(text: Substring, isEnd: Bool)] {
        var index = text.startIndex
        while index < text.endIndex, !text[index...].hasPrefix("::") { index = text.index(after: index) }
        guard index < text.endIndex else { return [(text[...], true)] }
        return [(text[..<index], false), (text[text.index(index, offsetBy: 2)...], true)]
    }

    /// The groups that colons divide; none for empty text, nil for what is no group.
    private static func groups(of text: Substring, mayEndInIPv4: Bool) -> [UInt16]? {
        guard !text.isEmpty else { return [] }
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        var groups: [UInt16] = []
        for (index, part) in parts.enumerated() {
            if mayEndInIPv4, index == parts.count - 1, let tail = IPv4Address(part) {
                groups += [UInt16(tail.number >> 16), UInt16(tail.number & 0xffff)]
            } else if (1...4).contains(part.utf8.count), part.utf8.allSatisfy(\.isHexDigit),
                let group = UInt16(part, radix: 16)
            {
                groups.append(group)
            } else {
                return nil
            }
        }
        return groups
    }

    /// The one form of RFC 5952: lower case, the first longest run of two and more zero groups as `::`.
    package var description: String {
        let groups = groups
        if groups[..<5].allSatisfy({ $0 == 0 }), groups[5] == 0xffff, let tail = IPv4Address(bytes: bytes.suffix(4)) {
            return "::ffff:\(tail)"
        }
        guard let gap = Self.longestZeroRun(in: groups) else { return Self.joined(groups[...]) }
        return Self.joined(groups[..<gap.lowerBound]) + "::" + Self.joined(groups[gap.upperBound...])
    }

    private static func joined(_ groups: ArraySlice<UInt16>) -> String {
        groups.map { String($0, radix: 16) }.joined(separator: ":")
    }

    private static func longestZeroRun(in groups: [UInt16]) -> Range<Int>? {
        var longest: Range<Int>?
        var start = 0
        for end in 1...groups.count where end == groups.count || (groups[end] == 0) != (groups[start] == 0) {
            if groups[start] == 0, end - start >= 2, end - start > longest?.count ?? 0 { longest = start..<end }
            start = end
        }
        return longest
    }
}
