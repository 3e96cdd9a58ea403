import ClusterModel

extension NeighbourMessage {
    private static let icmpv6: UInt8 = 58
    private static let hopLimit: UInt8 = 255
    private static let sourceOption: UInt8 = 1
    private static let targetOption: UInt8 = 2

    /// The message as a frame from `sender` to the multicast group it is for.
    package func multicastFrame(from sender: MACAddress) -> [UInt8] {
        precondition(destination.isMulticast, "\(destination) is no group")
        let message = icmpMessage()
        var writer = ByteWriter(capacity: EthernetHeader.size + 40 + message.count)
        EthernetHeader(destination: .multicast(for: destination), source: sender, kind: .ipv6).write(to: &writer)
        writer.write(UInt32(6) << 28)
        writer.write(UInt16(message.count))
        writer.write(Self.icmpv6)
        writer.write(Self.hopLimit)
        writer.write(source.bytes)
        writer.write(destination.bytes)
        writer.write(message)
        return writer.bytes
    }

    private func icmpMessage() -> [UInt8] {
        var writer = ByteWriter(capacity: 32)
        writer.write(UInt8(isSolicitation ? 135 : 136))
        writer.write(UInt8(0))
        writer.write(UInt16(0))
        writer.write(flags)
        writer.write(target.bytes)
        if let mac {
            writer.write(isSolicitation ? Self.sourceOption : Self.targetOption)
            writer.write(UInt8(1))
            writer.write(mac.bytes)
        }
        var message = writer.bytes
        let checksum = checksum(of: message[...])
        message[2] = UInt8(checksum >> 8)
        message[3] = UInt8(checksum & 0xff)
        return message
    }

    private func checksum(of message: ArraySlice<UInt8>) -> UInt16 {
        var checksum = InternetChecksum()
        checksum.addPseudoHeader(
            source: source, destination: destination, length: UInt32(message.count), nextHeader: Self.icmpv6)
        checksum.add(message)
        return checksum.value
    }

    private var isSolicitation: Bool { kind == .solicitation }

    private var flags: UInt32 {
        switch kind {
        case .solicitation: 0
        case .advertisement(let isRouter, let isSolicited, let overrides):
            (isRouter ? 1 << 31 : 0) | (isSolicited ? 1 << 30 : 0) | (overrides ? 1 << 29 : 0)
        }
    }

    /// Reads a frame; padding may follow. Throws where it is no neighbour message or fails the checks of RFC 4861,
    /// section 7.1: hop limit 255 (nobody outside the segment can send that), checksum, lengths.
    package init(frame: ArraySlice<UInt8>) throws(WireError) {
        var reader = ByteReader(frame)
        let header = try EthernetHeader(&reader)
        guard header.kind == .ipv6 else { throw .badValue("Ethernet type", UInt64(header.kind.rawValue)) }
        let version = try reader.read(UInt32.self) >> 28
        guard version == 6 else { throw .badValue("IP version", UInt64(version)) }
        let length = Int(try reader.read(UInt16.self))
        let next = try reader.read(UInt8.self)
        guard next == Self.icmpv6 else { throw .badValue("IPv6 next header", UInt64(next)) }
        let hops = try reader.read(UInt8.self)
        guard hops == Self.hopLimit else { throw .badValue("hop limit of a neighbour message", UInt64(hops)) }
        let source = try reader.readIPv6()
        let destination = try reader.readIPv6()
        try self.init(message: try reader.readBytes(length), source: source, destination: destination)
    }

    private init(message: [UInt8], source: IPv6Address, destination: IPv6Address) throws(WireError) {
        var reader = ByteReader(message)
        let type = try reader.read(UInt8.self)
        let code = try reader.read(UInt8.self)
        guard type == 135 || type == 136, code == 0 else {
            throw .badValue("ICMPv6 type and code", UInt64(type) << 8 | UInt64(code))
        }
        try reader.skip(2)
        let flags = try reader.read(UInt32.self)
        let kind: Kind =
            type == 135
            ? .solicitation
            : .advertisement(
                isRouter: flags >> 31 & 1 == 1, isSolicited: flags >> 30 & 1 == 1, overrides: flags >> 29 & 1 == 1)
        self.init(kind: kind, source: source, destination: destination, target: try reader.readIPv6())
        guard !target.isMulticast else { throw .badValue("target of a neighbour message, first byte", 0xff) }
        mac = try Self.hardwareAddress(
            in: &reader, option: type == 135 ? Self.sourceOption : Self.targetOption)
        guard checksum(of: message[...]) == 0 else { throw .badChecksum("ICMPv6") }
    }

    /// The hardware address among the options that are left.
    private static func hardwareAddress(
        in reader: inout ByteReader, option wanted: UInt8
    ) throws(WireError) -> MACAddress? {
        var found: MACAddress?
        while reader.left > 0 {
            let option = try reader.read(UInt8.self)
            let units = try reader.read(UInt8.self)
            guard units > 0 else { throw .badLength("option \(option) of a neighbour message", 0) }
            let data = try reader.readBytes(Int(units) * 8 - 2)
            if option == wanted, units == 1 { found = MACAddress(bytes: data) }
        }
        return found
    }
}
