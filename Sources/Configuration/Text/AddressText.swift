import ClusterModel

/// An IPv4 or IPv6 address in its one canonical spelling, by which addresses are compared.
struct AddressText: Hashable, Sendable {
    let canonical: String
    /// 4 or 16.
    let bytes: [UInt8]

    /// Takes an address without prefix, port, brackets or zone; nil where the text is none.
    init?(_ text: String) {
        guard text.utf8.count <= 45 else { return nil }
        if text.utf8.contains(UInt8(ascii: ":")) {
            guard let address = IPv6Address(text) else { return nil }
            bytes = address.bytes
            canonical = address.description
        } else {
            guard let address = IPv4Address(text) else { return nil }
            bytes = address.bytes
            canonical = address.description
        }
    }

    var isIPv6: Bool { bytes.count == 16 }

    var bitCount: Int { bytes.count * 8 }

    var isMulticast: Bool { isIPv6 ? bytes[0] == 0xff : bytes[0] & 0xf0 == 0xe0 }

    var isLoopback: Bool { isIPv6 ? bytes.dropLast().allSatisfy { $0 == 0 } && bytes[15] == 1 : bytes[0] == 127 }

    var isUnspecified: Bool { bytes.allSatisfy { $0 == 0 } }

    var isIPv4Broadcast: Bool { !isIPv6 && bytes.allSatisfy { $0 == 0xff } }

    /// Whether one machine can own it: not multicast, broadcast or 0.
    var isUnicast: Bool { !isMulticast && !isUnspecified && !isIPv4Broadcast }
}

/// `ADDRESS:PORT`, IPv6 in brackets, as DRBD writes it.
struct EndpointText: Hashable, Sendable {
    let address: AddressText
    let port: UInt16

    init?(_ text: String) {
        guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]), port > 0 else {
            return nil
        }
        var host = text[..<colon]
        let isBracketed = host.first == "[" && host.last == "]"
        if isBracketed { host = host.dropFirst().dropLast() }
        guard let address = AddressText(String(host)), address.isIPv6 == isBracketed else { return nil }
        self.address = address
        self.port = port
    }

    var canonical: String {
        address.isIPv6 ? "[\(address.canonical)]:\(port)" : "\(address.canonical):\(port)"
    }
}

/// `ADDRESS/PREFIX`.
struct NetworkText: Hashable, Sendable {
    let address: AddressText
    let prefixLength: UInt8

    init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let address = AddressText(String(parts[0])), let prefix = UInt8(parts[1]),
            prefix > 0, Int(prefix) <= address.bitCount
        else { return nil }
        self.address = address
        prefixLength = prefix
    }
}
