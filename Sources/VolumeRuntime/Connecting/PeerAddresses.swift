import ClusterModel
import LinuxIO

/// Where the two engines of a volume meet.
struct PeerAddresses: Hashable, Sendable {
    var own: SocketAddress
    var peer: SocketAddress

    /// Why the two addresses of a definition cannot be used; the sentence names what to correct.
    struct Unusable: Error, Hashable, CustomStringConvertible {
        var description: String
    }

    /// Reads `ADDRESS:PORT`, IPv6 in brackets.
    static func parse(_ text: String) throws(Unusable) -> SocketAddress {
        let parts = split(text)
        guard let parts, let port = UInt16(parts.port), port > 0 else {
            throw Unusable(
                description:
                    "\"\(text.prefix(80))\" is no address of a volume: ADDRESS:PORT is wanted, IPv6 in brackets")
        }
        guard let address = SocketAddress(parts.host, port: port) else {
            throw Unusable(description: "\"\(parts.host.prefix(80))\" is neither an IPv4 nor an IPv6 address")
        }
        return address
    }

    init(own: SocketAddress, peer: SocketAddress) {
        self.own = own
        self.peer = peer
    }

    /// The addresses of a volume as `node` sees them.
    init(_ definition: VolumeDefinition, node: NodeName) throws(Unusable) {
        let others = definition.address.keys.filter { $0 != node }.sorted()
        guard let own = definition.address[node], let other = others.first, others.count == 1 else {
            throw Unusable(description: "volume \(definition.name) needs one address for \(node) and one for its peer")
        }
        guard let peer = definition.address[other] else {
            throw Unusable(description: "volume \(definition.name) has no address for \(other)")
        }
        self.init(own: try Self.parse(own), peer: try Self.parse(peer))
        guard self.own.address.family == self.peer.address.family else {
            throw Unusable(description: "volume \(definition.name): \(own) and \(peer) are not of one address family")
        }
        guard self.own != self.peer else {
            throw Unusable(description: "volume \(definition.name): both nodes have the address \(own)")
        }
    }

    /// True on exactly one of the two nodes.
    var ownIsLower: Bool {
        let ours = own.address.bytes + [UInt8(own.port >> 8), UInt8(own.port & 0xff)]
        let theirs = peer.address.bytes + [UInt8(peer.port >> 8), UInt8(peer.port & 0xff)]
        return ours.lexicographicallyPrecedes(theirs)
    }

    private static func split(_ text: String) -> (host: String, port: String)? {
        if text.hasPrefix("[") {
            guard let end = text.firstIndex(of: "]") else { return nil }
            let rest = text[text.index(after: end)...]
            guard rest.hasPrefix(":") else { return nil }
            return (String(text[text.index(after: text.startIndex)..<end]), String(rest.dropFirst()))
        }
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        return parts.count == 2 ? (String(parts[0]), String(parts[1])) : nil
    }
}
