/// One thing that is wrong with a file, or worth knowing about it: where, what, what is allowed, what was perhaps meant.
package struct Diagnostic: Hashable, Sendable, CustomStringConvertible {
    package enum Severity: String, Hashable, Sendable {
        /// The definition cannot be used.
        case error
        /// It can be used; the sentence names the consequence.
        case warning
    }

    package var severity: Severity
    package var place: SourcePlace
    /// What is wrong, one sentence without full stop.
    package var message: String
    /// What would be right there, or nil where the message says it.
    package var allowed: String?
    /// What was probably meant, or nil.
    package var suggestion: String?

    package init(
        severity: Severity, place: SourcePlace, message: String, allowed: String? = nil, suggestion: String? = nil
    ) {
        self.severity = severity
        self.place = place
        self.message = message
        self.allowed = allowed
        self.suggestion = suggestion
    }

    /// `cluster.toml:12: error: unknown key "deadtme" in [timing]; allowed: …; did you mean "deadtime"?`
    package var description: String {
        var text = "\(place): \(severity.rawValue): \(message)"
        if let allowed { text += "; allowed: \(allowed)" }
        if let suggestion { text += "; did you mean \"\(suggestion)\"?" }
        return text
    }
}

/// A line of a file.
package struct SourcePlace: Hashable, Comparable, Sendable, CustomStringConvertible {
    package var file: String
    /// Counted from 1; 0 means the file as a whole.
    package var line: Int

    package init(file: String, line: Int) {
        self.file = file
        self.line = line
    }

    package static func < (left: SourcePlace, right: SourcePlace) -> Bool {
        (left.file, left.line) < (right.file, right.line)
    }

    package var description: String {
        line > 0 ? "\(file):\(line)" : file
    }
}
