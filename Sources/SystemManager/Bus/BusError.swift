import LinuxIO

/// What went wrong between us and systemd on the bus, in words an operator can use.
package struct BusError: Error, Hashable, Sendable, CustomStringConvertible {
    package enum Cause: Hashable, Sendable {
        /// The other side answered with an error; `name` is D-Bus's, as in `org.freedesktop.systemd1.NoSuchUnit`.
        case refused(name: String, message: String)
        /// A call into libsystemd failed.
        case local(call: String, errno: Int32)
        /// No answer in the time the caller allowed.
        case timedOut(after: Duration)
        /// The connection broke before the answer came: whether the request was carried out is unknown.
        case connectionLost
        /// There is no connection at the moment: nothing was sent.
        case notConnected
        /// An answer of another shape than the interface promises.
        case badAnswer(String)
    }

    /// What was attempted, as in "start the unit".
    package var operation: String
    /// On what, as in `nginx.service`.
    package var subject: String
    package var cause: Cause

    package init(operation: String, subject: String, cause: Cause) {
        self.operation = operation
        self.subject = subject
        self.cause = cause
    }

    package var description: String {
        "cannot \(operation)\(subject.isEmpty ? "" : " ")\(subject): \(reason)"
    }

    private var reason: String {
        switch cause {
        case .refused(let name, let message): "systemd says: \(message) (\(name))"
        case .local(let call, let errno): "\(call): \(SystemError(errno: errno, operation: call).reason)"
        case .timedOut(let duration): "no answer within \(duration)"
        case .connectionLost: "the connection to systemd broke before it answered"
        case .notConnected: "there is no connection to systemd"
        case .badAnswer(let detail): "systemd's answer is not understood: \(detail)"
        }
    }
}
