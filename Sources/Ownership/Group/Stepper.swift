import ClusterModel

/// Walks a group's resources up in order and down in reverse, one step at a time.
///
/// The goal may change while a step runs: the step is waited for, then the walk goes the new way. What a failed or
/// timed-out start left behind counts as running until it was stopped.
package struct Stepper: Hashable, Sendable {
    package enum Condition: Hashable, Sendable {
        /// Left by an earlier incarnation: may or may not run.
        case unknown
        case stopped
        case starting
        case started
        case stopping
        case failed
    }

    package enum Goal: Hashable, Sendable {
        case up
        /// Stop everything from the last resource down to this index.
        case down(to: Int)
    }

    package enum Step: Hashable, Sendable {
        case start(Int)
        case stop(Int)
    }

    package enum Progress: Hashable, Sendable {
        /// This step is to be carried out now.
        case step(Step)
        /// A step is under way; its outcome decides.
        case running
        case finished
        /// The step of this index failed; the walk stands still until a new goal is set.
        case failed(Int, String)
    }

    package private(set) var conditions: [Condition]
    /// The last failure of each resource, cleared when it starts.
    package private(set) var failures: [String?]
    package private(set) var goal = Goal.down(to: 0)

    package init(count: Int, isUnknown: Bool) {
        conditions = Array(repeating: isUnknown ? .unknown : .stopped, count: count)
        failures = Array(repeating: nil, count: count)
    }

    /// Index of the step under way.
    package var runningIndex: Int? {
        conditions.firstIndex { $0 == .starting || $0 == .stopping }
    }

    package mutating func pursue(_ goal: Goal) -> Progress {
        self.goal = goal
        return advance()
    }

    /// The step under way ended. Without one it is an answer to a step of the past, and changes nothing.
    package mutating func completed(_ failure: String?) -> Progress {
        guard let index = runningIndex else { return .running }
        let wasStart = conditions[index] == .starting
        guard let failure else {
            conditions[index] = wasStart ? .started : .stopped
            if wasStart { failures[index] = nil }
            return advance()
        }
        conditions[index] = .failed
        failures[index] = failure
        switch goal {
        case .down where wasStart: return advance()
        case .down, .up: return .failed(index, failure)
        }
    }

    /// A started resource turned out to have failed.
    package mutating func resourceFailed(_ index: Int, _ reason: String) {
        guard conditions.indices.contains(index), conditions[index] == .started else { return }
        conditions[index] = .failed
        failures[index] = reason
    }

    private mutating func advance() -> Progress {
        guard runningIndex == nil else { return .running }
        switch goal {
        case .up:
            guard let next = conditions.firstIndex(where: { $0 != .started }) else { return .finished }
            conditions[next] = .starting
            return .step(.start(next))
        case .down(let floor):
            guard let next = conditions.lastIndex(where: { $0 != .stopped }), next >= floor else { return .finished }
            conditions[next] = .stopping
            return .step(.stop(next))
        }
    }
}
