/// The hardware address of an Ethernet interface: 6 bytes.
package struct MACAddress: Hashable, Sendable {
    package let bytes: [UInt8]

    /// Makes an address of exactly 6 bytes; nil for any other number.
    package init?(bytes: some Collection<UInt8>) {
        guard bytes.count == 6 else { return nil }
        self.bytes = Array(bytes)
    }

    private init(unchecked bytes: [UInt8]) {
        self.bytes = bytes
    }

    package static let zero = MACAddress(unchecked: [0, 0, 0, 0, 0, 0])
    package static let broadcast = MACAddress(unchecked: [255, 255, 255, 255, 255, 255])

    /// Where a frame to an IPv6 multicast group goes (RFC 2464, section 7).
    package static func multicast(for group: IPv6Address) -> MACAddress {
        MACAddress(unchecked: [0x33, 0x33] + group.bytes.suffix(4))
    }

    /// Whether frames to it go to a group; no interface has such an address of its own.
    package var isMulticast: Bool { bytes[0] & 1 != 0 }
}

extension MACAddress: CustomStringConvertible {
    /// Reads `52:54:00:12:34:56`; hyphens do as well.
    package init?(_ text: String) {
        let parts = text.split(omittingEmptySubsequences: false) { $0 == ":" || $0 == "-" }
        let bytes = parts.compactMap { part in
            part.utf8.count == 2 && part.utf8.allSatisfy(\.isHexDigit) ? UInt8(part, radix: 16) : nil
        }
        guard parts.count == 6, bytes.count == 6 else { return nil }
        self.init(unchecked: bytes)
    }

    package var description: String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(separator: ":")
    }
}
