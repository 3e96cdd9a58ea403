import ClusterModel
import Testing

@testable import Replication

/// The steps after the comparison: unusable copies, split-brain policies, and what is refused.
@Suite struct HandshakeDecisionTests {
    private typealias Side = HandshakeDecision.Side

    private static func side(
        _ current: UInt64, _ bitmap: UInt64 = 0, bits: UInt64 = 0, flags: UUIDsPacket.Flags = [],
        role: Role = .secondary, disk: DiskState = .consistent
    ) -> Side {
        Side(
            generations: GenerationUUIDs(
                current: GenerationUUID(rawValue: current), bitmap: GenerationUUID(rawValue: bitmap),
                historyStart: GenerationUUID(rawValue: 0xa000), historyEnd: GenerationUUID(rawValue: 0xb000)),
            bits: bits, flags: flags, role: role, disk: disk)
    }

    private func decide(
        _ own: Side, _ peer: Side, tieBreak: Bool = false, _ policies: SplitBrainPolicies = SplitBrainPolicies()
    ) -> HandshakeDecision.Outcome {
        HandshakeDecision(
            own: own, peer: peer, hasTieBreak: tieBreak, features: [.writeSame], policies: policies
        ).outcome
    }

    private func expectOpposite(
        _ own: Side, _ peer: Side, tieBreak: Bool = false, _ policies: SplitBrainPolicies = SplitBrainPolicies(),
        is outcome: HandshakeDecision.Outcome, _ location: SourceLocation = #_sourceLocation
    ) {
        #expect(decide(own, peer, tieBreak: tieBreak, policies) == outcome, sourceLocation: location)
        let mirror = decide(peer, own, tieBreak: !tieBreak, policies)
        #expect(mirror == outcome.opposite, sourceLocation: location)
    }

    @Test func theUsableCopyIsTheSourceWhateverTheGenerationsSay() {
        let good = Self.side(0x1000)
        let bad = Self.side(0x1000, disk: .inconsistent)
        expectOpposite(good, bad, is: .source(full: false))
        expectOpposite(Self.side(0x1000, 0x2000), Self.side(0x2000, disk: .inconsistent), is: .source(full: false))
        expectOpposite(Self.side(4), Self.side(0x1000, disk: .inconsistent), is: .source(full: true))
    }

    @Test func splitBrainWaitsForAPerson() {
        let outcome = decide(Self.side(0x1000, 0x3000), Self.side(0x2000, 0x3000))
        guard case .refused(_, isSplitBrain: true) = outcome else {
            Issue.record("\(outcome)")
            return
        }
    }

    @Test func aPersonMayGiveUpOneSidesChanges() {
        let loser = Self.side(0x1000, 0x3000, flags: .discardMyData)
        expectOpposite(loser, Self.side(0x2000, 0x3000), is: .target(full: false))
        expectOpposite(loser, Self.side(0x2000, 0x3000, role: .primary), is: .target(full: false))
    }

    @Test func aPrimaryIsNeverOverwritten() {
        let outcome = decide(Self.side(0x1000, role: .primary), Self.side(0x2000, 0x1000))
        guard case .conflict = outcome else {
            Issue.record("\(outcome)")
            return
        }
    }

    @Test(arguments: SplitBrainPolicies.ZeroPrimaries.allCases, [false, true])
    func everyPolicyWithoutPrimaryGivesOppositeOutcomes(
        policy: SplitBrainPolicies.ZeroPrimaries, tieBreak: Bool
    ) {
        let policies = SplitBrainPolicies(zeroPrimaries: policy)
        for (ownBits, peerBits) in [(0, 0), (0, 5), (5, 0), (3, 5), (5, 3), (5, 5)] as [(UInt64, UInt64)] {
            for (ownBitmap, peerBitmap) in [(0x3000, 0x3000), (0x3001, 0x3000), (0x3000, 0x3001), (0x3001, 0x3001)]
                as [(UInt64, UInt64)]
            {
                let own = Self.side(0x1000, ownBitmap, bits: ownBits)
                let peer = Self.side(0x2000, peerBitmap, bits: peerBits)
                let outcome = decide(own, peer, tieBreak: tieBreak, policies)
                #expect(decide(peer, own, tieBreak: !tieBreak, policies) == outcome.opposite)
            }
        }
    }

    @Test func thePoliciesChooseAsTheyAreNamed() {
        let many = Self.side(0x1000, 0x3001, bits: 9)
        let few = Self.side(0x2000, 0x3000, bits: 2)
        let none = Self.side(0x2000, 0x3000, bits: 0)
        expectOpposite(many, few, SplitBrainPolicies(zeroPrimaries: .discardLeastChanges), is: .source(full: false))
        expectOpposite(many, none, SplitBrainPolicies(zeroPrimaries: .discardZeroChanges), is: .source(full: false))
        // The side that was primary at the split is the older one.
        expectOpposite(few, many, SplitBrainPolicies(zeroPrimaries: .discardYoungerPrimary), is: .target(full: false))
        expectOpposite(few, many, SplitBrainPolicies(zeroPrimaries: .discardOlderPrimary), is: .source(full: false))
    }

    @Test func withOnePrimaryTheSecondaryGivesWayOnlyWhereAllowed() {
        let primary = Self.side(0x1000, 0x3000, bits: 2, role: .primary)
        let secondary = Self.side(0x2000, 0x3000, bits: 9)
        expectOpposite(primary, secondary, SplitBrainPolicies(onePrimary: .discardSecondary), is: .source(full: false))
        // Consensus: the other policy wants the primary to give way, so nobody does.
        let consensus = SplitBrainPolicies(zeroPrimaries: .discardLeastChanges, onePrimary: .consensus)
        guard case .refused(_, isSplitBrain: true) = decide(primary, secondary, consensus) else {
            Issue.record("no refusal")
            return
        }
    }
}

extension HandshakeDecision.Outcome {
    fileprivate var opposite: Self {
        switch self {
        case .connected, .refused, .conflict: self
        case .source(let full): .target(full: full)
        case .target(let full): .source(full: full)
        }
    }
}
