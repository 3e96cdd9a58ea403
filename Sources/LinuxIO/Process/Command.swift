import ClusterModel

extension ChildProcess {
    /// What a child reads.
    package enum Input: Hashable, Sendable {
        /// Nothing: it finds the end at once.
        case none
        /// What we read.
        case inherited
        /// These bytes, then the end.
        case bytes([UInt8])
        /// A descriptor that the caller owns and keeps open until the start.
        case descriptor(Int32)
    }

    /// Where a child writes.
    package enum Output: Hashable, Sendable {
        case discarded
        /// Where we write: the journal, under systemd.
        case inherited
        /// Kept for the result, the last `captureLimit` bytes of it.
        case capture
        case descriptor(Int32)
    }

    /// A program to start.
    package struct Command: Hashable, Sendable {
        /// The program's file. `PATH` is not searched: what runs must not depend on the environment.
        package var path: String
        /// Without the program's name.
        package var arguments: [String]
        /// The whole environment, `NAME=value`. Nothing of ours is added.
        package var environment: [String]
        /// nil: ours.
        package var directory: String?
        package var input: Input
        package var output: Output
        package var error: Output
        /// After this the whole process group is ended; nil: never.
        package var timeout: Duration?
        /// Between the polite and the forceful end.
        package var killDelay: Duration
        /// Whether the kernel kills the child when the thread that started it ends.
        package var diesWithParent: Bool

        /// What a child finds in its environment by default.
        package static let plainEnvironment = [
            "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C.UTF-8",
        ]

        package init(
            _ path: String, _ arguments: [String] = [], environment: [String] = plainEnvironment,
            directory: String? = nil, input: Input = .none, output: Output = .discarded, error: Output = .discarded,
            timeout: Duration? = nil, killDelay: Duration = .seconds(5), diesWithParent: Bool = false
        ) {
            self.path = path
            self.arguments = arguments
            self.environment = environment
            self.directory = directory
            self.input = input
            self.output = output
            self.error = error
            self.timeout = timeout
            self.killDelay = killDelay
            self.diesWithParent = diesWithParent
        }
    }

    /// How a child ended.
    package enum Outcome: Hashable, Sendable, CustomStringConvertible {
        case exited(Int32)
        case killed(signal: Int32)

        package var description: String {
            switch self {
            case .exited(0): "succeeded"
            case .exited(let code): "failed with code \(code)"
            case .killed(let signal): "was killed by signal \(signal)"
            }
        }
    }

    /// What a child left.
    package struct Result: Hashable, Sendable {
        package var outcome: Outcome
        /// Whether our time-out ended it.
        package var didTimeOut: Bool
        package var output: [UInt8]
        package var error: [UInt8]
        /// Whether earlier output was dropped for being more than `captureLimit`.
        package var isTruncated: Bool
    }
}
