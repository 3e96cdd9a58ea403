import ClusterModel

/// The settings both nodes must share (`p_protocol`, drbd-8.4 P_PROTOCOL). Any difference ends in StandAlone.
package struct ProtocolPacket: Hashable, Sendable {
    package var wireProtocol: WireProtocol
    package var afterSplitBrainZeroPrimaries: SplitBrainRule
    package var afterSplitBrainOnePrimary: SplitBrainRule
    package var afterSplitBrainTwoPrimaries: SplitBrainRule
    package var flags: Flags
    /// Whether both nodes may be primary; always false here.
    package var twoPrimaries: Bool
    /// Name of the digest in data packets, empty for none; always empty here.
    package var integrityAlgorithm: String

    package init(
        wireProtocol: WireProtocol, afterSplitBrainZeroPrimaries: SplitBrainRule = .disconnect,
        afterSplitBrainOnePrimary: SplitBrainRule = .disconnect,
        afterSplitBrainTwoPrimaries: SplitBrainRule = .disconnect, flags: Flags = [], twoPrimaries: Bool = false,
        integrityAlgorithm: String = ""
    ) {
        self.wireProtocol = wireProtocol
        self.afterSplitBrainZeroPrimaries = afterSplitBrainZeroPrimaries
        self.afterSplitBrainOnePrimary = afterSplitBrainOnePrimary
        self.afterSplitBrainTwoPrimaries = afterSplitBrainTwoPrimaries
        self.flags = flags
        self.twoPrimaries = twoPrimaries
        self.integrityAlgorithm = integrityAlgorithm
    }

    package struct Flags: OptionSet, Hashable, Sendable {
        package let rawValue: UInt32

        package init(rawValue: UInt32) {
            self.rawValue = rawValue
        }

        /// After a split brain the sender gives up its own changes.
        package static let discardMyData = Flags(rawValue: 1)
        /// Only find out what a connection would do.
        package static let dryRun = Flags(rawValue: 2)
    }
}

/// What a node does after a split brain, as a number on the wire. A struct, since a peer may be configured with a
/// number that is unknown here: that is a difference of settings, not a malformed packet.
package struct SplitBrainRule: RawRepresentable, Hashable, Sendable {
    package var rawValue: UInt32

    package init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    package static let disconnect = SplitBrainRule(rawValue: 0)
    package static let discardYoungerPrimary = SplitBrainRule(rawValue: 1)
    package static let discardOlderPrimary = SplitBrainRule(rawValue: 2)
    package static let discardZeroChanges = SplitBrainRule(rawValue: 3)
    package static let discardLeastChanges = SplitBrainRule(rawValue: 4)
    package static let discardLocal = SplitBrainRule(rawValue: 5)
    package static let discardRemote = SplitBrainRule(rawValue: 6)
    package static let consensus = SplitBrainRule(rawValue: 7)
    package static let discardSecondary = SplitBrainRule(rawValue: 8)
    package static let callPrimaryLost = SplitBrainRule(rawValue: 9)
    package static let violently = SplitBrainRule(rawValue: 10)

    /// The rule as the other node must have it: local and remote change places.
    package var mirrored: SplitBrainRule {
        switch self {
        case .discardLocal: .discardRemote
        case .discardRemote: .discardLocal
        default: self
        }
    }
}
