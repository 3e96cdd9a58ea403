import ClusterModel

/// A question or statement about who has an IPv6 address (RFC 4861), in its IPv6 packet.
package struct NeighbourMessage: Hashable, Sendable {
    package enum Kind: Hashable, Sendable {
        case solicitation
        /// `overrides`: the receivers replace what they remember.
        case advertisement(isRouter: Bool, isSolicited: Bool, overrides: Bool)
    }

    package var kind: Kind
    package var source: IPv6Address
    package var destination: IPv6Address
    /// The address it is about.
    package var target: IPv6Address
    /// Solicitation: the sender's hardware address. Advertisement: the target's. May be absent.
    package var mac: MACAddress?

    package init(
        kind: Kind, source: IPv6Address, destination: IPv6Address, target: IPv6Address, mac: MACAddress? = nil
    ) {
        self.kind = kind
        self.source = source
        self.destination = destination
        self.target = target
        self.mac = mac
    }

    /// Asks who has `address` before taking it (RFC 4862, section 5.4.2): from nowhere, so without a hardware address.
    package static func probe(for address: IPv6Address) -> NeighbourMessage {
        NeighbourMessage(
            kind: .solicitation, source: .unspecified, destination: address.solicitedNodeGroup, target: address)
    }

    /// Tells everybody that `address` is at `mac` now (RFC 4861, section 7.2.6).
    package static func announcement(of address: IPv6Address, at mac: MACAddress) -> NeighbourMessage {
        NeighbourMessage(
            kind: .advertisement(isRouter: false, isSolicited: false, overrides: true), source: address,
            destination: .allNodes, target: address, mac: mac)
    }

    /// What the message, in a frame from `sender`, says about `address`, or nil.
    package func claim(to address: IPv6Address, from sender: MACAddress) -> AddressClaim? {
        switch kind {
        case .advertisement where target == address:
            AddressClaim(kind: .has, mac: mac ?? sender)
        case .solicitation where source == .unspecified && target == address:
            AddressClaim(kind: .wants, mac: sender)
        // Whoever asks about others in the name of the address has it.
        case .advertisement, .solicitation:
            source == address ? AddressClaim(kind: .has, mac: sender) : nil
        }
    }
}
