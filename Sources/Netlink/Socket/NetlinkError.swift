import LinuxIO

/// What went wrong between us and the kernel's netlink, in words an operator can use.
package struct NetlinkError: Error, Hashable, Sendable, CustomStringConvertible {
    package enum Cause: Hashable, Sendable {
        /// The kernel refused; `message` is its own explanation (extended ack), where it gave one.
        case refused(errno: Int32, message: String?)
        /// A call on our own socket failed, before the kernel could judge the request.
        case socket(call: String, errno: Int32)
        /// No answer within the time a request may take.
        case timedOut
        /// The answer cannot be understood or has no end.
        case badAnswer(String)
        /// What was asked about does not exist here (a generic netlink family, an interface).
        case missing(String)
    }

    /// What was attempted, as in "add the address".
    package var operation: String
    /// On what, as in "192.0.2.10/24 on eth0".
    package var subject: String
    package var cause: Cause

    package init(operation: String, subject: String, cause: Cause) {
        self.operation = operation
        self.subject = subject
        self.cause = cause
    }

    /// The kernel's or the socket's error number; nil where the failure has none.
    package var errno: Int32? {
        switch cause {
        case .refused(let errno, _), .socket(_, let errno): errno
        case .timedOut, .badAnswer, .missing: nil
        }
    }

    package var description: String {
        "cannot \(operation)\(subject.isEmpty ? "" : " ")\(subject): \(reason)"
    }

    private var reason: String {
        switch cause {
        case .refused(let errno, nil): "\(Self.text(of: errno)) (the kernel refused)"
        case .refused(let errno, let message?): "\(Self.text(of: errno)) (the kernel says: \(message))"
        case .socket(let call, let errno): "\(call): \(Self.text(of: errno))"
        case .timedOut: "the kernel did not answer in time"
        case .badAnswer(let detail): "the kernel's answer is not understood: \(detail)"
        case .missing(let detail): detail
        }
    }

    private static func text(of errno: Int32) -> String {
        SystemError(errno: errno, operation: "").reason
    }
}
