/// How systemd ended a start or stop job.
package enum JobResult: Hashable, Sendable {
    case done
    /// Another job took its place, or somebody cancelled it.
    case cancelled
    case timedOut
    case failed
    /// A unit it needs failed.
    case dependencyFailed
    /// Nothing to do for this unit's state or conditions.
    case skipped
    /// A word of another systemd version, or `invalid`, `assert`, `unsupported`, `collected`, `once`.
    case other(String)

    init(_ word: String) {
        self =
            switch word {
            case "done": .done
            case "canceled": .cancelled
            case "timeout": .timedOut
            case "failed": .failed
            case "dependency": .dependencyFailed
            case "skipped": .skipped
            default: .other(word)
            }
    }
}
