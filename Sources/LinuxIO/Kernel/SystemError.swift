import CLinux

/// A kernel call that failed: what was tried, on what, and why it did not work.
package struct SystemError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The C error number, e.g. `ENOENT`.
    package var errno: Int32
    /// What was tried, in words that follow "cannot", e.g. `open`, `bind the socket to`.
    package var operation: String
    /// What it was tried on: a path, an address, an interface. May be empty.
    package var subject: String
    /// What the reader can do about it, where we know. May be empty.
    package var advice: String

    package init(errno: Int32, operation: String, subject: String = "", advice: String = "") {
        self.errno = errno
        self.operation = operation
        self.subject = subject
        self.advice = advice
    }

    /// The same error with a hint for the person who reads it.
    package func advising(_ advice: String) -> SystemError {
        var error = self
        error.advice = advice
        return error
    }

    /// The kernel's reason in plain words.
    package var reason: String { String(cString: clinux_error_text(errno)) }

    package var description: String {
        let place = subject.isEmpty ? "" : " \(subject)"
        let hint = advice.isEmpty ? "" : " (\(advice))"
        return "cannot \(operation)\(place): \(reason)\(hint)"
    }
}
