import ClusterModel

/// What a frame says about an address that we asked for or hold.
package struct AddressClaim: Hashable, Sendable {
    package enum Kind: Hashable, Sendable {
        /// The sender has it.
        case has
        /// The sender asks whether anybody has it, in order to take it.
        case wants
    }

    package var kind: Kind
    package var mac: MACAddress

    package init(kind: Kind, mac: MACAddress) {
        self.kind = kind
        self.mac = mac
    }
}
