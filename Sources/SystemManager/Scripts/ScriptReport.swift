import LinuxIO

/// What an LSB-style script is asked for.
package enum ScriptAction: String, Hashable, Sendable, CaseIterable {
    case start
    case stop
    case status
}

/// How one call of a script ended.
package enum ScriptOutcome: Hashable, Sendable, CustomStringConvertible {
    /// Exit code 0; for `status` see the status itself.
    case succeeded
    case failed(exitCode: Int32)
    case killed(signal: Int32)
    /// It took longer than allowed and was ended with all its children.
    case timedOut(after: Duration)
    /// It was ended, or never begun, because something more important came.
    case cancelled
    /// The file is missing, not executable, and the like.
    case notStarted(SystemError)

    package var description: String {
        switch self {
        case .succeeded: "succeeded"
        case .failed(let code): "failed with exit code \(code)"
        case .killed(let signal): "was killed by signal \(signal)"
        case .timedOut(let limit): "was ended after \(limit)"
        case .cancelled: "was cancelled"
        case .notStarted(let error): "did not start: \(error)"
        }
    }
}

/// One call of a script, for the decision and for the log.
package struct ScriptReport: Hashable, Sendable {
    package var path: String
    package var action: ScriptAction
    package var outcome: ScriptOutcome
    /// What `status` said; nil for the other actions, and where it did not end by itself.
    package var status: ScriptStatus?
    /// The last lines it wrote, printable.
    package var lines: [String]
    package var took: Duration

    package init(
        path: String, action: ScriptAction, outcome: ScriptOutcome, status: ScriptStatus?, lines: [String],
        took: Duration
    ) {
        self.path = path
        self.action = action
        self.outcome = outcome
        self.status = status
        self.lines = lines
        self.took = took
    }
}
