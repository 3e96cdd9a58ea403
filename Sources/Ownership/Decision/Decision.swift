/// One decision with the ground it stands on, kept for `bascule status`, the log and the flight recorder.
package struct Decision: Hashable, Sendable, Codable {
    package var rule: Rule
    /// The facts that were looked at, one short phrase each.
    package var evidence: [String]
    /// What was decided, in one sentence for a person.
    package var sentence: String

    package init(rule: Rule, evidence: [String], sentence: String) {
        self.rule = rule
        self.evidence = evidence
        self.sentence = sentence
    }
}

/// The safety rules of DESIGN §4, and the rules of everyday moves.
package enum Rule: String, Hashable, Sendable, Codable, CaseIterable {
    /// Alone at boot.
    case r1 = "R1"
    /// Replication lost.
    case r2 = "R2"
    /// Standby in total silence.
    case r3 = "R3"
    /// Owner in total silence.
    case r4 = "R4"
    /// No ping node configured.
    case r5 = "R5"
    /// Watchdog and self-fencing.
    case r6 = "R6"
    /// Split brain.
    case r7 = "R7"
    /// Both nodes agree by their beats: start, hand-over, failback.
    case agreement
    /// Both claim the same group.
    case duel
    /// A resource failed.
    case failure
    /// A person asked for it.
    case person
}
