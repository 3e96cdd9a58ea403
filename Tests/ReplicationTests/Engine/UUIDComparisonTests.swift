import Testing

@testable import Replication

/// Every rule of the comparison, seen from both sides (drbd-8.4, P_STATE, comparison).
@Suite struct UUIDComparisonTests {
    struct Case: CustomTestStringConvertible, Sendable {
        var text: String
        /// current, bitmap, history start, history end
        var own: [UInt64]
        var peer: [UInt64]
        var ownCrashed = false
        var peerCrashed = false
        var ownRole = Role.secondary
        var peerRole = Role.secondary
        var hasTieBreak = false
        var knowsRule41 = true
        var rule: Int
        var mirrorRule: Int
        var verdict: UUIDComparison.Verdict

        var testDescription: String { text }
    }

    static let step: UInt64 = 0x0001_0000_0000_0000
    static let c: UInt64 = 0x1111_0000_0000_1000
    static let b: UInt64 = 0x2222_0000_0000_2000
    static let h: UInt64 = 0x3333_0000_0000_3000
    static let k: UInt64 = 0x4444_0000_0000_4000
    static let d: UInt64 = 0x5555_0000_0000_5000
    static let x: UInt64 = 0x6666_0000_0000_6000
    static let y: UInt64 = 0x7777_0000_0000_7000

    static let cases: [Case] = [
        Case(
            text: "10 both unused", own: [4, 0, 0, 0], peer: [4, 0, 0, 0], rule: 10, mirrorRule: 10, verdict: .equal),
        Case(
            text: "20 own unused", own: [4, 0, 0, 0], peer: [c, 0, 0, 0], rule: 20, mirrorRule: 30,
            verdict: .target(full: true)),
        Case(
            text: "34 the source missed the end", own: [c, b, h, k], peer: [c, 0, b, h], rule: 34, mirrorRule: 35,
            verdict: .source(full: false)),
        Case(
            text: "36 bits without a known past", own: [c, b, h, k], peer: [c, 0, d, x], rule: 36, mirrorRule: 37,
            verdict: .source(full: false)),
        Case(
            text: "40 equal", own: [c, 0, h, k], peer: [c | 1, 0, d, x], rule: 40, mirrorRule: 40, verdict: .equal),
        Case(
            text: "40 own crash", own: [c, 0, h, k], peer: [c, 0, h, k], ownCrashed: true, rule: 40, mirrorRule: 40,
            verdict: .source(full: false)),
        Case(
            text: "40 both crashed, own tie-break", own: [c, 0, h, k], peer: [c, 0, h, k], ownCrashed: true,
            peerCrashed: true, hasTieBreak: true, rule: 40, mirrorRule: 40, verdict: .target(full: false)),
        Case(
            text: "41 own crash, now primary", own: [c, 0, h, k], peer: [c, 0, h, k], ownCrashed: true,
            ownRole: .primary, rule: 41, mirrorRule: 41, verdict: .source(full: false)),
        Case(
            text: "41 own crash, peer primary", own: [c, 0, h, k], peer: [c, 0, h, k], ownCrashed: true,
            peerRole: .primary, rule: 41, mirrorRule: 41, verdict: .target(full: false)),
        Case(
            text: "41 both primary", own: [c, 0, h, k], peer: [c, 0, h, k], peerCrashed: true, ownRole: .primary,
            peerRole: .primary, rule: 41, mirrorRule: 41, verdict: .splitBrainLongAgo),
        Case(
            text: "41 not agreed", own: [c, 0, h, k], peer: [c, 0, h, k], peerCrashed: true, ownRole: .primary,
            knowsRule41: false, rule: 41, mirrorRule: 41, verdict: .undecidable),
        Case(
            text: "50 the peer went on alone", own: [b, 0, h, k], peer: [c, b | 1, d, x], rule: 50, mirrorRule: 70,
            verdict: .target(full: false)),
        Case(
            text: "51 the start of the resync got lost", own: [h, 0, y, d], peer: [c, h &+ step, h, k], rule: 51,
            mirrorRule: 71, verdict: .target(full: false)),
        Case(
            text: "60 the peer went on twice", own: [h, 0, y, d], peer: [c, b, h, k], rule: 60, mirrorRule: 80,
            verdict: .target(full: true)),
        Case(
            text: "60 in the older history", own: [k, 0, y, d], peer: [c, b, h, k], rule: 60, mirrorRule: 80,
            verdict: .target(full: true)),
        Case(
            text: "90 split brain", own: [c, b | 1, h, k], peer: [d, b, x, y], rule: 90, mirrorRule: 90,
            verdict: .splitBrain),
        Case(
            text: "100 split brain long ago", own: [c, b, h, k], peer: [d, x, y, h], rule: 100, mirrorRule: 100,
            verdict: .splitBrainLongAgo),
        Case(
            text: "100 no history on both", own: [c, b, 0, 0], peer: [d, x, 0, 0], rule: 100, mirrorRule: 100,
            verdict: .splitBrainLongAgo),
        Case(
            text: "unrelated", own: [c, b, h, k], peer: [d, x, y, 0x8888_0000], rule: 0, mirrorRule: 0,
            verdict: .unrelated),
    ]

    @Test(arguments: cases) func aRuleGivesItsVerdict(_ one: Case) {
        #expect(compare(one).verdict == one.verdict)
        #expect(compare(one).rule == one.rule)
    }

    @Test(arguments: cases) func theOtherSideComesToTheOppositeVerdict(_ one: Case) {
        let mirror = compare(one.mirrored)
        #expect(mirror.verdict == one.verdict.opposite)
        #expect(mirror.rule == one.mirrorRule)
        // Both repair alike.
        #expect(mirror.own == compare(one).peer)
        #expect(mirror.peer == compare(one).own)
    }

    @Test func aSourceThatMissedTheEndForgetsItsBitmap() {
        let found = compare(Self.cases[2])
        #expect(found.own == generations([Self.c, 0, Self.b, Self.h]))
    }

    @Test func aSourceWhoseStartGotLostGoesBackToBefore() throws {
        let lost = try #require(Self.cases.first { $0.rule == 51 })
        #expect(compare(lost).peer == generations([Self.c, Self.h, Self.k, Self.k]))
    }

    /// Whatever the eight numbers are, the two sides never both send or both receive.
    @Test func randomGenerationsNeverLeadToTheSameDirectionOnBothSides() {
        var random = SeededGeneratorForTests(seed: 7)
        let pool: [UInt64] = [
            0, 4, Self.c, Self.c | 1, Self.b, Self.b &+ Self.step, Self.h, Self.h &+ Self.step, Self.k,
        ]
        for _ in 0..<200_000 {
            var one = Case(text: "", own: [], peer: [], rule: 0, mirrorRule: 0, verdict: .equal)
            for _ in 0..<4 {
                one.own.append(random.pick(pool))
                one.peer.append(random.pick(pool))
            }
            // No copy ever is of generation 0.
            if one.own[0] == 0 { one.own[0] = Self.c }
            if one.peer[0] == 0 { one.peer[0] = Self.c }
            // Nor is each the other's ancestor.
            if descends(one.own, from: one.peer), descends(one.peer, from: one.own) { continue }
            one.ownCrashed = random.flip()
            one.peerCrashed = random.flip()
            one.ownRole = random.flip() ? .primary : .secondary
            one.peerRole = random.flip() ? .primary : .secondary
            one.hasTieBreak = random.flip()
            let verdict = compare(one).verdict
            guard compare(one.mirrored).verdict == verdict.opposite else {
                Issue.record("\(one.own) against \(one.peer): \(verdict), other side \(compare(one.mirrored).verdict)")
                return
            }
        }
    }

    private func descends(_ copy: [UInt64], from other: [UInt64]) -> Bool {
        copy[1...].contains { $0 & ~1 == other[0] & ~1 }
    }

    private func generations(_ numbers: [UInt64]) -> GenerationUUIDs {
        let uuids = numbers.map { GenerationUUID(rawValue: $0) }
        return GenerationUUIDs(current: uuids[0], bitmap: uuids[1], historyStart: uuids[2], historyEnd: uuids[3])
    }

    private func compare(_ one: Case) -> UUIDComparison {
        UUIDComparison(
            own: .init(
                generations: generations(one.own), crashedAsPrimary: one.ownCrashed, role: one.ownRole),
            peer: .init(
                generations: generations(one.peer), crashedAsPrimary: one.peerCrashed, role: one.peerRole),
            hasTieBreak: one.hasTieBreak, treatsCrashedPrimary: one.knowsRule41)
    }
}

extension UUIDComparisonTests.Case {
    var mirrored: Self {
        var mirror = self
        swap(&mirror.own, &mirror.peer)
        swap(&mirror.ownCrashed, &mirror.peerCrashed)
        swap(&mirror.ownRole, &mirror.peerRole)
        mirror.hasTieBreak.toggle()
        return mirror
    }
}

extension UUIDComparison.Verdict {
    var opposite: Self {
        switch self {
        case .source(let full): .target(full: full)
        case .target(let full): .source(full: full)
        case .equal, .splitBrain, .splitBrainLongAgo, .unrelated, .undecidable: self
        }
    }
}
