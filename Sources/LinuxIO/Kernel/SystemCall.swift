import Glibc

/// The one way this project calls the kernel: repeats interrupted calls, stops on our own bugs, throws the rest.
package enum SystemCall {
    /// Runs a call that answers -1 and sets errno on failure.
    ///
    /// - Parameters:
    ///   - operation: words that follow "cannot", e.g. `open`.
    ///   - subject: what the call is about; only evaluated on failure.
    ///   - call: the call itself.
    /// - Returns: what the call returned.
    /// - Throws: every failure except an interruption, which is repeated.
    @discardableResult
    package static func run<Answer: FixedWidthInteger & SignedInteger>(
        _ operation: StaticString, _ subject: @autoclosure () -> String = "", _ call: () -> Answer
    ) throws(SystemError) -> Answer {
        while true {
            let answer = call()
            guard answer == -1 else { return answer }
            let failure = errno
            if failure == EINTR { continue }
            throw error(failure, operation, subject())
        }
    }

    /// Runs a call on something non-blocking; nil where the kernel would have to wait.
    package static func unlessBlocking<Answer: FixedWidthInteger & SignedInteger>(
        _ operation: StaticString, _ subject: @autoclosure () -> String = "", _ call: () -> Answer
    ) throws(SystemError) -> Answer? {
        while true {
            let answer = call()
            guard answer == -1 else { return answer }
            let failure = errno
            if failure == EINTR { continue }
            if failure == EAGAIN { return nil }
            throw error(failure, operation, subject())
        }
    }

    /// An error for a failure found otherwise than by -1, e.g. an asynchronous completion.
    ///
    /// A bad descriptor or address can only be our own bug: a descriptor used after its close could already
    /// be somebody else's, so the process stops here.
    package static func error(_ errno: Int32, _ operation: StaticString, _ subject: String) -> SystemError {
        precondition(errno != EBADF && errno != EFAULT, "\(operation) \(subject): used a descriptor or memory not ours")
        return SystemError(errno: errno, operation: "\(operation)", subject: subject)
    }
}
