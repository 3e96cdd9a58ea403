/// Compares the generations of both copies: who has what the other lacks (drbd-8.4 P_STATE, the decision).
///
/// Both nodes run this on the same eight numbers and must come to opposite results; an error here overwrites the
/// wrong copy. Some rules first repair what a lost packet left behind; the repaired generations count from then on.
struct UUIDComparison: Hashable, Sendable {
    /// What one side brings along.
    struct Side: Hashable, Sendable {
        var generations: GenerationUUIDs
        var crashedAsPrimary: Bool
        var role: Role
    }

    enum Verdict: Hashable, Sendable {
        /// The copies are equal (0).
        case equal
        /// This copy is the newer one: what the bitmap names goes over (+1), or everything (+2).
        case source(full: Bool)
        /// The peer's copy is the newer one (-1, -2).
        case target(full: Bool)
        /// Both changed since the generation that the bitmaps are relative to (100).
        case splitBrain
        /// Both changed since a generation further back (-100).
        case splitBrainLongAgo
        /// The copies have nothing in common (-1000).
        case unrelated
        /// Equal, but one crashed as Primary and it was not agreed how to treat that.
        case undecidable
    }

    /// The rule's number in the driver, for logs.
    private(set) var rule: Int
    private(set) var verdict: Verdict
    /// Repaired where the rule repairs.
    private(set) var own: GenerationUUIDs
    private(set) var peer: GenerationUUIDs

    /// - Parameters:
    ///   - hasTieBreak: this node decides draws.
    ///   - treatsCrashedPrimary: WSAME was agreed, which stands for knowing rule 41.
    init(own: Side, peer: Side, hasTieBreak: Bool, treatsCrashedPrimary: Bool) {
        rule = 0
        verdict = .unrelated
        self.own = own.generations
        self.peer = peer.generations
        let found =
            compareUnused() ?? compareMissedEnd()
            ?? compareCrashes(own, peer, hasTieBreak: hasTieBreak, treatsCrashedPrimary: treatsCrashedPrimary)
            ?? compareAncestors()
        if let found { (rule, verdict) = found }
    }

    private typealias Finding = (Int, Verdict)

    private func compareUnused() -> Finding? {
        let isUnused: (GenerationUUID) -> Bool = { $0.matches(.justCreated) || $0.matches(.none) }
        if own.current.matches(.justCreated), peer.current.matches(.justCreated) { return (10, .equal) }
        if isUnused(own.current), !peer.current.matches(.justCreated) { return (20, .target(full: true)) }
        if !own.current.matches(.justCreated), isUnused(peer.current) { return (30, .source(full: true)) }
        return nil
    }

    /// Same generation, but only one side knows that the last resync has ended.
    private mutating func compareMissedEnd() -> Finding? {
        guard own.current.matches(peer.current) else { return nil }
        if own.bitmap.isSome, !peer.bitmap.isSome {
            guard own.bitmap.matches(peer.historyStart), own.historyStart.matches(peer.historyEnd) else {
                return (36, .source(full: false))
            }
            own.clearBitmap()
            return (34, .source(full: false))
        }
        if !own.bitmap.isSome, peer.bitmap.isSome {
            guard own.historyStart.matches(peer.bitmap), own.historyEnd.matches(peer.historyStart) else {
                return (37, .target(full: false))
            }
            peer.clearBitmap()
            return (35, .target(full: false))
        }
        return nil
    }

    private func compareCrashes(
        _ ownSide: Side, _ peerSide: Side, hasTieBreak: Bool, treatsCrashedPrimary: Bool
    ) -> Finding? {
        guard own.current.matches(peer.current) else { return nil }
        guard ownSide.crashedAsPrimary || peerSide.crashedAsPrimary else { return (40, .equal) }
        switch (ownSide.role == .primary, peerSide.role == .primary) {
        case (false, false):
            let ownOnly = ownSide.crashedAsPrimary && !peerSide.crashedAsPrimary
            let both = ownSide.crashedAsPrimary && peerSide.crashedAsPrimary
            return (40, ownOnly || both && !hasTieBreak ? .source(full: false) : .target(full: false))
        case _ where !treatsCrashedPrimary: return (41, .undecidable)
        case (true, false): return (41, .source(full: false))
        case (false, true): return (41, .target(full: false))
        case (true, true): return (41, .splitBrainLongAgo)
        }
    }

    private mutating func compareAncestors() -> Finding? {
        if own.current.matches(peer.bitmap) { return (50, .target(full: false)) }
        if own.current.matches(peer.historyStart), peer.historyStart.resyncSuccessor.matches(peer.bitmap) {
            peer.forgetResyncStart()
            return (51, .target(full: false))
        }
        if peer.hasHistory(own.current) { return (60, .target(full: true)) }
        if own.bitmap.matches(peer.current) { return (70, .source(full: false)) }
        if own.historyStart.matches(peer.current), own.historyStart.resyncSuccessor.matches(own.bitmap) {
            own.forgetResyncStart()
            return (71, .source(full: false))
        }
        if own.hasHistory(peer.current) { return (80, .source(full: true)) }
        if own.bitmap.matches(peer.bitmap), own.bitmap.isSome { return (90, .splitBrain) }
        // Two empty history entries match too, as they do in the driver.
        if peer.hasHistory(own.historyStart) || peer.hasHistory(own.historyEnd) { return (100, .splitBrainLongAgo) }
        return nil
    }
}

extension GenerationUUID {
    /// The generation a resync target takes over while the source's bitmap is relative to this one.
    var resyncSuccessor: GenerationUUID { GenerationUUID(rawValue: rawValue &+ 0x0001_0000_0000_0000) }
}

extension GenerationUUIDs {
    fileprivate func hasHistory(_ generation: GenerationUUID) -> Bool {
        generation.matches(historyStart) || generation.matches(historyEnd)
    }

    /// The source prepared a resync whose start never reached the target: as if it had not.
    fileprivate mutating func forgetResyncStart() {
        bitmap = historyStart
        historyStart = historyEnd
    }
}
