import ClusterModel
import Glibc
import LinuxIO

/// Where a UDP link's beats go, worked out anew whenever its interface changes.
struct UDPDestination: Hashable {
    /// Where to send.
    var target: SocketAddress
    /// The multicast group to join.
    var group: IPAddress?
    var timeToLive: UInt8 = 1

    /// - Parameters:
    ///   - index: the interface's number, for addresses that mean something only there.
    /// - Throws: a sentence, where the definition names no usable address.
    init(_ link: UDPLink, interface: String, index: UInt32, peer: NodeName) throws(LinkTrouble) {
        switch link.mode {
        case .broadcast:
            target = SocketAddress(Self.broadcastAddress(of: interface), port: link.port)
        case .unicast(let addresses):
            guard let text = addresses[peer], let address = IPAddress(text) else {
                throw LinkTrouble(sentence: "the address of \(peer) on this link is missing or no IP address")
            }
            let isLocal = address.family == .v6 && address.isLinkLocal
            target = SocketAddress(address, port: link.port, scope: isLocal ? index : 0)
        case .multicast(let text, let ttl):
            guard let address = IPAddress(text), address.isMulticast else {
                throw LinkTrouble(sentence: "\(text) is no multicast group")
            }
            target = SocketAddress(address, port: link.port, scope: address.family == .v6 ? index : 0)
            group = address
            timeToLive = ttl
        }
    }

    /// An interface without an address, as a bare direct cable has none, still reaches everybody on its wire.
    private static func broadcastAddress(of interface: String) -> IPAddress {
        do throws(SystemError) {
            return try NetworkInterface.broadcastAddress(of: interface)
        } catch {
            return .broadcastIPv4
        }
    }

    var isBroadcast: Bool { group == nil && target.address.family == .v4 }
}

/// Why a link cannot be used, in one sentence for a person.
struct LinkTrouble: Error, Hashable {
    var sentence: String
}
