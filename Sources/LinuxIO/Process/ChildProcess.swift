import CLinux
import ClusterModel
import Glibc

/// A running program: its end, output and time-outs arrive through the loop.
///
/// It has a process group of its own, default signals and the ordinary scheduler, and no descriptor but the three. The
/// loop keeps this object until the end was reported, whether or not anybody else does.
package final class ChildProcess {
    /// The most that is kept of each output, in bytes.
    package static let captureLimit = 64 * 1024

    /// The process id; it names the process group as well.
    package let process: Int32
    package let command: Command

    private let loop: EventLoop
    private let pidfd: FileDescriptor
    private var registration: Registration?
    private var timers: [TimerID] = []
    private let output: Capture?
    private let error: Capture?
    private var feed: Feed?
    private var didTimeOut = false
    private var isEnding = false
    private var finished: ((Result) -> Void)?

    /// Starts a program.
    ///
    /// - Parameters:
    ///   - command: what to start.
    ///   - loop: where the end is reported.
    ///   - finished: called once, with how it ended.
    /// - Returns: a handle for ending it early.
    /// - Throws: why it could not be started, e.g. `ENOENT`, `EACCES`.
    @discardableResult
    package static func start(
        _ command: Command, on loop: EventLoop, _ finished: @escaping (Result) -> Void
    ) throws(SystemError) -> ChildProcess {
        let child = try ChildProcess(command, on: loop)
        child.finished = finished
        do {
            child.registration = try loop.register(child.pidfd.raw, for: .readable) { _ in child.ended() }
        } catch {
            abandon(child.process)
            throw error
        }
        if let timeout = command.timeout {
            child.timers.append(loop.schedule(after: timeout) { [weak child] in child?.timedOut() })
        }
        return child
    }

    private init(_ command: Command, on loop: EventLoop) throws(SystemError) {
        self.command = command
        self.loop = loop
        let streams = try Streams(command)
        output = try streams.takeOutput(on: loop)
        error = try streams.takeError(on: loop)
        feed = try streams.takeFeed(on: loop)
        let pid = try Self.spawn(command, streams)
        process = pid
        pidfd = try Self.watch(pid)
    }

    private static func watch(_ pid: pid_t) throws(SystemError) -> FileDescriptor {
        do {
            // The child cannot be reaped by anybody else, so its number is still its own.
            return FileDescriptor(owning: try SystemCall.run("watch process", "\(pid)") { clinux_pidfd_open(pid) })
        } catch {
            abandon(pid)
            throw error
        }
    }

    /// Ends a child whose end we could not be told of.
    private static func abandon(_ pid: pid_t) {
        kill(-pid, SIGKILL)
        while waitpid(pid, nil, 0) == -1 && errno == EINTR {}
    }

    private static func spawn(_ command: Command, _ streams: Streams) throws(SystemError) -> pid_t {
        var arguments = ([command.path] + command.arguments).map { strdup($0) } + [nil]
        var environment = command.environment.map { strdup($0) } + [nil]
        let directory = command.directory.map { strdup($0) } ?? nil
        let path = strdup(command.path)
        defer {
            for text in arguments + environment + [directory, path] { free(text) }
        }
        var what = clinux_spawn()
        what.path = UnsafePointer(path)
        what.directory = UnsafePointer(directory)
        what.input = streams.input
        what.output = streams.output
        what.error = streams.error
        what.parent_death_signal = command.diesWithParent ? SIGKILL : 0
        return try SystemCall.run("start", command.path) {
            arguments.withUnsafeMutableBufferPointer { arguments in
                environment.withUnsafeMutableBufferPointer { environment in
                    what.arguments = UnsafePointer(arguments.baseAddress)
                    what.environment = UnsafePointer(environment.baseAddress)
                    return clinux_spawn(&what)
                }
            }
        }
    }

    /// Asks the whole group to end, and kills it where it has not after a while. The result still arrives.
    package func terminate(killAfter delay: Duration) {
        guard registration != nil, !isEnding else { return }
        isEnding = true
        signalGroup(SIGTERM)
        timers.append(loop.schedule(after: delay) { [weak self] in self?.signalGroup(SIGKILL) })
    }

    /// Sends a signal to the whole group, e.g. SIGHUP for a reload; nothing happens once the child has ended.
    package func signalGroup(_ signal: Int32) {
        // Until it is reaped, the number cannot belong to anybody else.
        if registration != nil { kill(-process, signal) }
    }

    private func timedOut() {
        didTimeOut = true
        terminate(killAfter: command.killDelay)
    }

    private func ended() {
        // Whoever was to end shall not live on in its children. A program that ended by itself may leave a daemon.
        if isEnding { signalGroup(SIGKILL) }
        var code: Int32 = 0
        let how = clinux_pidfd_reap(pidfd.raw, &code)
        guard how != 0 else { return }
        precondition(how > 0, "process \(process) was reaped by somebody else: \(errno)")
        if let registration { loop.unregister(registration) }
        registration = nil
        for timer in timers { loop.cancel(timer) }
        feed?.stop()
        output?.finish()
        error?.finish()
        let isTruncated = output?.isTruncated == true || error?.isTruncated == true
        let result = Result(
            outcome: how == 1 ? .exited(code) : .killed(signal: code), didTimeOut: didTimeOut,
            output: output?.bytes ?? [], error: error?.bytes ?? [], isTruncated: isTruncated)
        let report = finished
        finished = nil
        report?(result)
    }
}
