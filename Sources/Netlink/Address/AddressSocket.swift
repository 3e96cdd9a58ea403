import ClusterModel
import LinuxIO
import WireFormat

/// What concerns one address on one interface, in frames: ARP for IPv4, neighbour discovery for IPv6.
///
/// Claims by this machine's own interfaces are left out: two of them on one segment answer for each other's addresses.
final class AddressSocket {
    let address: IPAddress
    let link: LinkStatus
    private let mac: MACAddress
    private let own: [MACAddress]
    private let socket: RawEthernetSocket

    init(
        _ address: IPAddress, on link: LinkStatus, own: [MACAddress], loop: EventLoop
    ) throws(AddressFailure) {
        guard let mac = link.mac else {
            throw .badDefinition("\(link.name) has no Ethernet address: it cannot carry the service address \(address)")
        }
        self.address = address
        self.link = link
        self.mac = mac
        self.own = own
        do throws(SystemError) {
            socket = try RawEthernetSocket(
                address.family == .v4 ? .arp : .neighbourDiscovery, interface: link.index, on: loop)
        } catch {
            throw .frames(error)
        }
    }

    /// Hands on every claim of another machine to the address.
    func listen(_ handler: @escaping (AddressClaim) -> Void) throws(AddressFailure) {
        do throws(SystemError) {
            try socket.listen { [address, own] result in
                // A receive error (the interface went down) is no claim; who listens asks for the carrier at the end.
                guard case .success(let frame) = result, !frame.isTruncated,
                    let claim = AddressFrames.claim(to: address, in: frame.bytes), !own.contains(claim.mac)
                else { return }
                handler(claim)
            }
        } catch {
            throw .frames(error)
        }
    }

    /// Asks who has the address, without claiming it.
    func sendProbe() throws(AddressFailure) {
        try send(AddressFrames.probe(for: address, from: mac))
    }

    /// Tells everybody on the segment that the address is here.
    func sendAnnouncement() throws(AddressFailure) {
        for frame in AddressFrames.announcements(of: address, at: mac) { try send(frame) }
    }

    func close() { socket.stopListening() }

    private func send(_ frame: [UInt8]) throws(AddressFailure) {
        do throws(SystemError) {
            // A full queue drops the frame; there are several of each.
            try socket.send(frame)
        } catch {
            throw .frames(error)
        }
    }
}
