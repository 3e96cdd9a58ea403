import ClusterModel

/// A question or statement about who has an IPv4 address (RFC 826, for Ethernet).
package struct ARPPacket: Hashable, Sendable {
    package enum Operation: UInt16, Hashable, Sendable, CaseIterable {
        case request = 1
        case reply = 2
    }

    package var operation: Operation
    package var senderMAC: MACAddress
    package var senderAddress: IPv4Address
    package var targetMAC: MACAddress
    package var targetAddress: IPv4Address

    package init(
        operation: Operation, senderMAC: MACAddress, senderAddress: IPv4Address, targetMAC: MACAddress,
        targetAddress: IPv4Address
    ) {
        self.operation = operation
        self.senderMAC = senderMAC
        self.senderAddress = senderAddress
        self.targetMAC = targetMAC
        self.targetAddress = targetAddress
    }

    /// Asks who has `address` without saying that we want it (RFC 5227, section 2.1.1).
    package static func probe(for address: IPv4Address, from mac: MACAddress) -> ARPPacket {
        ARPPacket(
            operation: .request, senderMAC: mac, senderAddress: .unspecified, targetMAC: .zero, targetAddress: address)
    }

    /// Tells everybody that `address` is at `mac`, as a request (RFC 5227, section 2.3): most listeners update on it.
    package static func announcement(of address: IPv4Address, at mac: MACAddress) -> ARPPacket {
        ARPPacket(
            operation: .request, senderMAC: mac, senderAddress: address, targetMAC: .zero, targetAddress: address)
    }

    /// The same as a reply (RFC 5944, section 4.6): some listeners update only on replies.
    package static func gratuitousReply(for address: IPv4Address, at mac: MACAddress) -> ARPPacket {
        ARPPacket(operation: .reply, senderMAC: mac, senderAddress: address, targetMAC: mac, targetAddress: address)
    }

    /// What the packet says about `address`, or nil.
    package func claim(to address: IPv4Address) -> AddressClaim? {
        if senderAddress == address { return AddressClaim(kind: .has, mac: senderMAC) }
        let isProbe = operation == .request && senderAddress == .unspecified && targetAddress == address
        return isProbe ? AddressClaim(kind: .wants, mac: senderMAC) : nil
    }

    /// The packet as a frame to everybody.
    package func broadcastFrame() -> [UInt8] {
        var writer = ByteWriter(capacity: 42)
        EthernetHeader(destination: .broadcast, source: senderMAC, kind: .arp).write(to: &writer)
        Self.fixedPart.forEach { writer.write($0) }
        writer.write(operation.rawValue)
        writer.write(senderMAC.bytes)
        writer.write(senderAddress.number)
        writer.write(targetMAC.bytes)
        writer.write(targetAddress.number)
        return writer.bytes
    }

    /// Reads a frame; padding may follow. Throws where it is no ARP about IPv4 on Ethernet.
    package init(frame: ArraySlice<UInt8>) throws(WireError) {
        var reader = ByteReader(frame)
        let header = try EthernetHeader(&reader)
        guard header.kind == .arp else { throw .badValue("Ethernet type", UInt64(header.kind.rawValue)) }
        for word in Self.fixedPart {
            let found = try reader.read(UInt16.self)
            guard found == word else { throw .badValue("ARP, kinds of addresses", UInt64(found)) }
        }
        let number = try reader.read(UInt16.self)
        guard let operation = Operation(rawValue: number) else { throw .badValue("ARP operation", UInt64(number)) }
        self.init(
            operation: operation, senderMAC: try reader.readMAC(), senderAddress: try reader.readIPv4(),
            targetMAC: try reader.readMAC(), targetAddress: try reader.readIPv4())
    }

    /// Hardware Ethernet, protocol IPv4, addresses of 6 and 4 bytes.
    private static let fixedPart: [UInt16] = [1, 0x0800, 0x0604]
}
