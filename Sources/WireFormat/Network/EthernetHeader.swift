import ClusterModel

/// What stands before every Ethernet frame; the frame check sequence is the hardware's.
package struct EthernetHeader: Hashable, Sendable {
    /// Bytes of a header.
    package static let size = 14

    package enum Kind: UInt16, Hashable, Sendable, CaseIterable {
        case arp = 0x0806
        case ipv6 = 0x86dd
    }

    package var destination: MACAddress
    package var source: MACAddress
    package var kind: Kind

    package init(destination: MACAddress, source: MACAddress, kind: Kind) {
        self.destination = destination
        self.source = source
        self.kind = kind
    }

    func write(to writer: inout ByteWriter) {
        writer.write(destination.bytes)
        writer.write(source.bytes)
        writer.write(kind.rawValue)
    }

    init(_ reader: inout ByteReader) throws(WireError) {
        destination = try reader.readMAC()
        source = try reader.readMAC()
        let number = try reader.read(UInt16.self)
        guard let kind = Kind(rawValue: number) else { throw .badValue("Ethernet type", UInt64(number)) }
        self.kind = kind
    }
}

extension ByteReader {
    mutating func readMAC() throws(WireError) -> MACAddress {
        guard let address = MACAddress(bytes: try readBytes(6)) else {
            preconditionFailure("6 bytes are a MAC address")
        }
        return address
    }

    mutating func readIPv4() throws(WireError) -> IPv4Address {
        IPv4Address(number: try read())
    }

    mutating func readIPv6() throws(WireError) -> IPv6Address {
        guard let address = IPv6Address(bytes: try readBytes(16)) else {
            preconditionFailure("16 bytes are an IPv6 address")
        }
        return address
    }
}
