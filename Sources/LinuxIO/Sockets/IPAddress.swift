import Glibc

/// An IPv4 or IPv6 address.
package struct IPAddress: Hashable, Sendable, CustomStringConvertible {
    package enum Family: Hashable, Sendable {
        case v4
        case v6

        /// `AF_INET` or `AF_INET6`.
        package var domain: Int32 { self == .v4 ? AF_INET : AF_INET6 }
    }

    /// 4 or 16 bytes in network order.
    package let bytes: [UInt8]

    /// Makes an address of 4 or 16 bytes in network order; nil for any other number.
    package init?(bytes: some Collection<UInt8>) {
        guard bytes.count == 4 || bytes.count == 16 else { return nil }
        self.bytes = [UInt8](bytes)
    }

    /// Reads `192.0.2.1` or `2001:db8::1`, without port, prefix or zone.
    package init?(_ text: String) {
        var storage = [UInt8](repeating: 0, count: 16)
        if inet_pton(AF_INET, text, &storage) == 1 {
            bytes = [UInt8](storage[..<4])
        } else if inet_pton(AF_INET6, text, &storage) == 1 {
            bytes = storage
        } else {
            return nil
        }
    }

    private init(unchecked bytes: [UInt8]) { self.bytes = bytes }

    package static let anyIPv4 = IPAddress(unchecked: [0, 0, 0, 0])
    package static let anyIPv6 = IPAddress(unchecked: [UInt8](repeating: 0, count: 16))
    package static let loopbackIPv4 = IPAddress(unchecked: [127, 0, 0, 1])
    package static let loopbackIPv6 = IPAddress(unchecked: [UInt8](repeating: 0, count: 15) + [1])
    package static let broadcastIPv4 = IPAddress(unchecked: [255, 255, 255, 255])

    package static func any(_ family: Family) -> IPAddress { family == .v4 ? anyIPv4 : anyIPv6 }

    package var family: Family { bytes.count == 4 ? .v4 : .v6 }

    package var isMulticast: Bool {
        family == .v4 ? bytes[0] & 0xf0 == 0xe0 : bytes[0] == 0xff
    }

    /// Whether the address means something only together with an interface.
    package var isLinkLocal: Bool {
        family == .v4 ? bytes[0] == 169 && bytes[1] == 254 : bytes[0] == 0xfe && bytes[1] & 0xc0 == 0x80
    }

    package var description: String {
        var text = [CChar](repeating: 0, count: 64)
        let end = inet_ntop(family.domain, bytes, &text, socklen_t(text.count))
        precondition(end != nil, "64 characters hold every address")
        return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
