import ClusterModel
import LinuxIO
import WireFormat

@testable import Netlink

/// Listens on a machine's side of the cable to what is said about one address.
final class FrameCounter {
    private let socket: RawEthernetSocket
    private(set) var frames: [(bytes: [UInt8], at: Instant)] = []
    private let loop: EventLoop

    /// Call inside the namespace.
    init(_ family: IPAddress.Family, on interface: String, loop: EventLoop) throws {
        let index = try NetworkInterface.index(of: interface)
        self.loop = loop
        socket = try RawEthernetSocket(family == .v4 ? .arp : .neighbourDiscovery, interface: index, on: loop)
        try socket.listen { [weak self] result in
            guard let self, case .success(let frame) = result else { return }
            self.frames.append((frame.bytes, self.loop.now))
        }
    }

    func claims(to address: IPAddress) -> [AddressClaim] {
        frames.compactMap { AddressFrames.claim(to: address, in: $0.bytes) }
    }

    /// When each claim of a kind was heard.
    func times(of kind: AddressClaim.Kind, to address: IPAddress) -> [Instant] {
        frames.filter { AddressFrames.claim(to: address, in: $0.bytes)?.kind == kind }.map(\.at)
    }

    func stop() { socket.stopListening() }
}
