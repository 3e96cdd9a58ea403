import ClusterModel

/// The frames that ask for an address, tell where it is, and what those of others say about it.
package enum AddressFrames {
    /// Asks who has the address, without claiming it.
    package static func probe(for address: IPv4Address, from mac: MACAddress) -> [UInt8] {
        ARPPacket.probe(for: address, from: mac).broadcastFrame()
    }

    /// Asks who has the address, without claiming it.
    package static func probe(for address: IPv6Address, from mac: MACAddress) -> [UInt8] {
        NeighbourMessage.probe(for: address).multicastFrame(from: mac)
    }

    /// Tell everybody where the address is now; all of them are to be sent, as not everybody listens to each.
    package static func announcements(of address: IPv4Address, at mac: MACAddress) -> [[UInt8]] {
        [ARPPacket.announcement(of: address, at: mac), .gratuitousReply(for: address, at: mac)]
            .map { $0.broadcastFrame() }
    }

    /// Tell everybody where the address is now.
    package static func announcements(of address: IPv6Address, at mac: MACAddress) -> [[UInt8]] {
        [NeighbourMessage.announcement(of: address, at: mac).multicastFrame(from: mac)]
    }

    /// What a frame from the segment says about an address; nil for nothing, and for frames that make no sense.
    package static func claim(to address: IPv4Address, in frame: ArraySlice<UInt8>) -> AddressClaim? {
        do {
            return try ARPPacket(frame: frame).claim(to: address)
        } catch {
            return nil
        }
    }

    /// What a frame from the segment says about an address; nil for nothing, and for frames that make no sense.
    package static func claim(to address: IPv6Address, in frame: ArraySlice<UInt8>) -> AddressClaim? {
        do throws(WireError) {
            var reader = ByteReader(frame)
            let sender = try EthernetHeader(&reader).source
            return try NeighbourMessage(frame: frame).claim(to: address, from: sender)
        } catch {
            return nil
        }
    }
}
