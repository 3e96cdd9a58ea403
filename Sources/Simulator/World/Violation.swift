import ClusterModel

/// A promise that was broken.
package struct Violation: Hashable, Sendable, CustomStringConvertible {
    package var checker: String
    package var at: Instant
    package var sentence: String

    package init(checker: String, at: Instant, sentence: String) {
        self.checker = checker
        self.at = at
        self.sentence = sentence
    }

    package var description: String { "\(checker) at \(at): \(sentence)" }
}
