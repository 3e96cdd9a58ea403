import ClusterModel

/// Who sends what to whom after connecting (drbd-8.4 P_STATE, the decision, steps 1 to 10).
struct HandshakeDecision: Hashable, Sendable {
    /// What one side said of itself.
    struct Side: Hashable, Sendable {
        var generations: GenerationUUIDs
        /// Set bits of its bitmap.
        var bits: UInt64
        var flags: UUIDsPacket.Flags
        var role: Role
        /// Never Negotiating: that is resolved before.
        var disk: DiskState
    }

    enum Outcome: Hashable, Sendable {
        /// Nothing to resynchronise.
        case connected
        case source(full: Bool)
        case target(full: Bool)
        /// Not while a copy that is behind is in use: worth trying again until its node is demoted.
        case conflict(String)
        /// The connection must not be; a person or an order has to act.
        case refused(String, isSplitBrain: Bool)
    }

    let outcome: Outcome
    let comparison: UUIDComparison

    init(own: Side, peer: Side, hasTieBreak: Bool, features: Features, policies: SplitBrainPolicies) {
        let comparison = UUIDComparison(
            own: own.compared, peer: peer.compared, hasTieBreak: hasTieBreak,
            treatsCrashedPrimary: features.contains(.writeSame))
        self.comparison = comparison
        let direction = Direction(comparison: comparison, own: own, peer: peer)
            .resolving(own: own, peer: peer, hasTieBreak: hasTieBreak, policies: policies)
        outcome = Self.outcome(direction, own: own, peer: peer)
    }

    private static func outcome(_ direction: Direction, own: Side, peer: Side) -> Outcome {
        switch direction {
        case .none: return .connected
        case .source where own.disk <= .inconsistent:
            return .refused("this copy is to be the source of a resync, but it is \(own.disk)", isSplitBrain: false)
        case .target where own.role == .primary && own.disk >= .consistent:
            return .conflict("the peer has newer data, but this node is primary")
        case .source(let full): return .source(full: full)
        case .target(let full): return .target(full: full)
        case .splitBrain, .splitBrainLongAgo:
            return .refused("split brain: both copies were changed apart from each other", isSplitBrain: true)
        case .refused(let reason): return .refused(reason, isSplitBrain: false)
        }
    }
}

extension HandshakeDecision.Side {
    fileprivate var compared: UUIDComparison.Side {
        UUIDComparison.Side(
            generations: generations, crashedAsPrimary: flags.contains(.crashedPrimary), role: role)
    }
}

/// A direction on its way to being settled.
private enum Direction {
    case none
    case source(full: Bool)
    case target(full: Bool)
    case splitBrain
    case splitBrainLongAgo
    case refused(String)

    init(comparison: UUIDComparison, own: HandshakeDecision.Side, peer: HandshakeDecision.Side) {
        switch comparison.verdict {
        case .equal: self = .none
        case .source(let full): self = .source(full: full)
        case .target(let full): self = .target(full: full)
        case .splitBrain: self = .splitBrain
        case .splitBrainLongAgo: self = .splitBrainLongAgo
        case .unrelated:
            self = .refused("the copies have nothing in common: unrelated data")
            return
        case .undecidable:
            self = .refused("a primary crashed and the peer does not know how to treat that (WSAME not agreed)")
            return
        }
        // An unusable copy loses to a usable one, whatever the generations say.
        if (own.disk == .inconsistent) != (peer.disk == .inconsistent), min(own.disk, peer.disk) == .inconsistent {
            self = own.disk > .inconsistent ? .source(full: isFull) : .target(full: isFull)
        }
    }

    private var isFull: Bool {
        switch self {
        case .source(let full), .target(let full): full
        case .splitBrainLongAgo: true
        case .none, .splitBrain, .refused: false
        }
    }

    /// Applies the split-brain policies, and what a person said.
    func resolving(
        own: HandshakeDecision.Side, peer: HandshakeDecision.Side, hasTieBreak: Bool, policies: SplitBrainPolicies
    ) -> Direction {
        switch self {
        case .none, .source, .target, .refused: return self
        case .splitBrain:
            let resolution = SplitBrainResolution(own: own, peer: peer, hasTieBreak: hasTieBreak)
            switch resolution.winner(policies) {
            case .own: return .source(full: false)
            case .peer: return .target(full: false)
            case nil: return byWordOfAPerson(own: own, peer: peer)
            }
        case .splitBrainLongAgo: return byWordOfAPerson(own: own, peer: peer)
        }
    }

    private func byWordOfAPerson(own: HandshakeDecision.Side, peer: HandshakeDecision.Side) -> Direction {
        switch (own.flags.contains(.discardMyData), peer.flags.contains(.discardMyData)) {
        case (true, false): .target(full: false)
        case (false, true): .source(full: false)
        case (true, true), (false, false): self
        }
    }
}
