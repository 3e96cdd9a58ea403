import ClusterModel

/// The after-split-brain policies (drbd-8.4 after split brain): whose changes survive, without asking anybody.
struct SplitBrainResolution {
    enum Winner: Hashable {
        case own
        case peer
    }

    let own: HandshakeDecision.Side
    let peer: HandshakeDecision.Side
    let hasTieBreak: Bool

    /// The side whose copy survives; nil where the policies leave it to a person.
    func winner(_ policies: SplitBrainPolicies) -> Winner? {
        switch (own.role == .primary, peer.role == .primary) {
        case (false, false): withoutPrimary(policies.zeroPrimaries)
        case (true, true): nil
        case (let isOwn, _): withPrimary(isOwn ? .own : .peer, policies)
        }
    }

    private func withPrimary(_ primary: Winner, _ policies: SplitBrainPolicies) -> Winner? {
        switch policies.onePrimary {
        case .disconnect: nil
        case .discardSecondary: primary
        case .consensus: withoutPrimary(policies.zeroPrimaries) == primary ? primary : nil
        }
    }

    private func withoutPrimary(_ policy: SplitBrainPolicies.ZeroPrimaries) -> Winner? {
        switch policy {
        case .disconnect: nil
        case .discardYoungerPrimary: formerPrimary ?? moreChanges(falling: true)
        case .discardOlderPrimary: formerPrimary.map { $0 == .own ? .peer : .own } ?? moreChanges(falling: true)
        case .discardZeroChanges: anyChanges
        case .discardLeastChanges: moreChanges(falling: false)
        }
    }

    /// The side that was Primary at the split, if exactly one was: bit 0 of the bitmap generation says so.
    private var formerPrimary: Winner? {
        switch (own.generations.bitmap.wasPrimary, peer.generations.bitmap.wasPrimary) {
        case (true, false): .own
        case (false, true): .peer
        case (true, true), (false, false): nil
        }
    }

    /// The side that changed anything, if one changed nothing.
    private var anyChanges: Winner? {
        switch (own.bits, peer.bits) {
        case (0, 0): draw
        case (_, 0): .own
        case (0, _): .peer
        default: nil
        }
    }

    private func moreChanges(falling: Bool) -> Winner {
        if falling, let winner = anyChanges { return winner }
        if own.bits == peer.bits { return draw }
        return own.bits > peer.bits ? .own : .peer
    }

    private var draw: Winner { hasTieBreak ? .peer : .own }
}
