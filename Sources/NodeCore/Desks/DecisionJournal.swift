import Ownership

/// Keeps the last decisions, each once.
struct DecisionJournal: Sendable {
    static let capacity = 32
    private(set) var decisions: [Decision] = []

    mutating func add(_ decision: Decision) {
        decisions.append(decision)
        if decisions.count > Self.capacity { decisions.removeFirst() }
    }
}

extension Decision {
    /// Whether both say the same, whatever the figures in their evidence.
    func isSame(as other: Decision?) -> Bool {
        rule == other?.rule && sentence == other?.sentence
    }

    /// As the log shows it.
    var logLine: String { "\(sentence) [\(rule.rawValue): \(evidence.joined(separator: "; "))]" }
}
