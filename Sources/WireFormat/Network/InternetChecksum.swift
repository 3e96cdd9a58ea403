import ClusterModel

/// The checksum of IP, ICMP and ICMPv6: the inverted sum of 16-bit words with the carries added in (RFC 1071).
package struct InternetChecksum: Hashable, Sendable {
    private var sum: UInt64 = 0

    package init() {}

    /// Adds bytes; an odd one at the end counts as if a zero followed, so only the last addition may have an odd length.
    package mutating func add(_ bytes: some Sequence<UInt8>) {
        var isHigh = true
        for byte in bytes {
            sum += isHigh ? UInt64(byte) << 8 : UInt64(byte)
            isHigh.toggle()
        }
    }

    /// Adds what an IPv6 upper layer is protected with besides its own bytes (RFC 8200, section 8.1).
    package mutating func addPseudoHeader(
        source: IPv6Address, destination: IPv6Address, length: UInt32, nextHeader: UInt8
    ) {
        add(source.bytes)
        add(destination.bytes)
        sum += UInt64(length >> 16) + UInt64(length & 0xffff) + UInt64(nextHeader)
    }

    /// The checksum so far. Over bytes that contain their own right checksum it is 0.
    package var value: UInt16 {
        var folded = sum
        while folded > 0xffff { folded = folded >> 16 + folded & 0xffff }
        return ~UInt16(folded)
    }

    /// The checksum of some bytes alone.
    package static func of(_ bytes: some Sequence<UInt8>) -> UInt16 {
        var checksum = InternetChecksum()
        checksum.add(bytes)
        return checksum.value
    }
}
