import ClusterModel
import Glibc
import LinuxIO
import NodeCore

/// One attempt to unmount: asks those who keep the file system busy to end, kills them after a third of the time, and fails
/// when the time is over. Never lazily: a file system that is only out of sight still writes.
final class Unmounting {
    private let calls: MountCalls
    private let queue: HelperQueue
    private let loop: EventLoop
    private let logger: Logger
    private let began: Instant
    private let timeout: Duration
    private var completion: ((StepOutcome) -> Void)?
    private var timer: TimerID?
    private var asked: [Int32] = []
    /// What the kernel last said; nil while it says nothing.
    private var obstacle: String?

    private static let pause = Duration.milliseconds(100)

    init(
        _ calls: MountCalls, queue: HelperQueue, timeout: Duration, on loop: EventLoop, logger: Logger,
        _ completion: @escaping (StepOutcome) -> Void
    ) {
        self.calls = calls
        self.queue = queue
        self.timeout = timeout
        self.loop = loop
        self.logger = logger
        self.completion = completion
        began = loop.now
    }

    func run() {
        // An unmount that hangs, for the disk does not answer, is no reason to leave the brain without an answer.
        timer = loop.schedule(after: timeout) { [self] in end(obstacle.map(StepOutcome.failed) ?? .timedOut) }
        attempt()
    }

    private func attempt() {
        guard completion != nil else { return }
        queue.run { [calls] in
            calls.unmount()
        } then: { [self] in
            take($0)
        }
    }

    private func take(_ result: Result<MountCalls.Unmounted, SystemError>) {
        guard completion != nil else { return }
        switch result {
        case .success(.done): end(.done)
        case .success(.failed(let reason)): end(.failed(reason))
        case .failure(let error): end(.failed("\(error)"))
        case .success(.busy(let users, let below)):
            obstacle = sentence(users, below)
            drive(users.filter { $0.process != getpid() && $0.process != 1 })
            loop.schedule(after: Self.pause) { [self] in attempt() }
        }
    }

    private func drive(_ users: [MountUser]) {
        let mayKill = loop.now - began >= timeout / 3
        for user in users where mayKill || !asked.contains(user.process) {
            logger.warning(
                "\(user): \(mayKill ? "killed" : "asked to end"), for \(calls.resource.mountPoint) is unmounted")
            // A process that has ended by itself meanwhile is no trouble.
            kill(user.process, mayKill ? SIGKILL : SIGTERM)
            if !asked.contains(user.process) { asked.append(user.process) }
        }
    }

    private func sentence(_ users: [MountUser], _ below: [String]) -> String {
        let place = calls.resource.mountPoint
        if !users.isEmpty {
            return "\(place) is busy: " + users.prefix(5).map(\.description).joined(separator: ", ")
        }
        if !below.isEmpty { return "\(place) is busy: something is mounted on \(below.joined(separator: ", "))" }
        return "\(place) is busy, though no process uses it: a loop device, swap or NFS export perhaps"
    }

    private func end(_ outcome: StepOutcome) {
        if let timer { loop.cancel(timer) }
        let report = completion
        completion = nil
        report?(outcome)
    }
}
