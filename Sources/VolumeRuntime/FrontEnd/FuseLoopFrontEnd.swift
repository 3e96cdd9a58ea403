import ClusterModel
import Glibc
import LinuxIO

/// A mountable device without a driver of the kernel's: `nbdfuse` shows the NBD export as a file, a loop device makes a
/// block device of the file. For the lab and for machines without nbd and ublk.
///
/// Between nbdfuse and the engine stands nbdkit with its retry filter: when the engine dies it keeps the requests
/// under way and sends them again to the next one. All of them run in a session of their own and survive the engine.
final class FuseLoopFrontEnd: FrontEnd {
    private static let startTime = Duration.seconds(10)
    /// Seconds for which an engine may be away before its users get errors.
    private static let retries = 120
    private static let pollInterval = Duration.milliseconds(20)

    private let folder: String
    private let socket: String
    private let export: String
    private let link: DeviceLink
    private let loop: EventLoop
    private var loopDevice: LoopHandle?
    private var isBusy = false

    var device: String? { loopDevice == nil ? nil : link.path }

    /// - Parameters:
    ///   - folder: of this volume in the run directory.
    ///   - socket: of the NBD server.
    ///   - export: its name there.
    ///   - link: the stable name.
    ///   - loop: the process's loop.
    init(folder: String, socket: String, export: String, link: DeviceLink, loop: EventLoop) {
        self.folder = folder
        self.socket = socket
        self.export = export
        self.link = link
        self.loop = loop
    }

    private var mountPoint: String { folder + "/fuse" }
    private var file: String { mountPoint + "/" + export }
    private var pidFile: String { folder + "/nbdfuse.pid" }
    private var servingNumber: pid_t? { SmallFile.number(pidFile) }

    // MARK: Attaching

    func attach(_ volume: FrontEndVolume, _ done: @escaping (Result<String, FrontEndError>) -> Void) {
        if loopDevice != nil { return done(.success(link.path)) }
        guard !isBusy else { return done(.failure(FrontEndError("the device is just being made or taken away"))) }
        isBusy = true
        let finish: (Result<String, FrontEndError>) -> Void = { [weak self] result in
            self?.isBusy = false
            done(result)
        }
        do {
            if servingProcess == nil { try startServing() }
            awaitFile(until: loop.now + Self.startTime) { [weak self] error in
                if let error { return finish(.failure(error)) }
                self?.makeLoopDevice(finish)
            }
        } catch {
            finish(.failure(FrontEndError("the volume cannot be shown as a file: \(error)")))
        }
    }

    /// The nbdfuse of this or a former life, if it still serves our mount point.
    private var servingProcess: pid_t? {
        guard let process = servingNumber, Self.isNBDFuse(process), isMounted else { return nil }
        return process
    }

    private var isMounted: Bool {
        do {
            return try MountTable.read().entry(at: mountPoint) != nil
        } catch {
            // Without /proc nothing of a former life can be found, and a new one will say what is wrong.
            return false
        }
    }

    private func startServing() throws(SystemError) {
        clearRemains()
        if mkdir(mountPoint, 0o700) != 0 && errno != EEXIST {
            throw SystemError(errno: errno, operation: "make folder", subject: mountPoint)
        }
        let log = try FileDescriptor.open(folder + "/front-end.log", O_WRONLY | O_CREAT | O_APPEND)
        let arguments = [
            "/usr/bin/nbdfuse", "-P", pidFile, file, "--command",
            "/usr/bin/nbdkit", "-s", "--exit-with-parent", "--threads", "32", "--filter=retry", "nbd",
            "socket=\(socket)", "export=\(export)", "retries=\(Self.retries)", "retry-delay=1", "retry-exponential=no",
        ]
        // setsid forks where it has to, so its own end says nothing about nbdfuse.
        let command = ChildProcess.Command(
            "/usr/bin/setsid", arguments, output: .descriptor(log.raw), error: .descriptor(log.raw))
        try ChildProcess.start(command, on: loop) { _ in }
    }

    /// nbdfuse speaks to our own NBD server before it shows anything, so this must wait in the loop.
    private func awaitFile(until end: Instant, _ ready: @escaping (FrontEndError?) -> Void) {
        if servingProcess != nil { return ready(nil) }
        guard loop.now < end else {
            return ready(FrontEndError("nbdfuse does not start; see \(folder)/front-end.log"))
        }
        loop.schedule(after: Self.pollInterval) { [weak self] in self?.awaitFile(until: end, ready) }
    }

    private func makeLoopDevice(_ finish: @escaping (Result<String, FrontEndError>) -> Void) {
        let file = self.file
        let remembered = link.target
        run({ LoopHandle.adopt(remembered, of: file) ?? LoopHandle.make(of: file) }, finish) { [weak self] outcome in
            guard let self else { return }
            do {
                let handle = try outcome.get()
                try link.point(to: handle.path)
                loopDevice = handle
                finish(.success(link.path))
            } catch {
                finish(.failure(FrontEndError("no loop device for the volume: \(error)")))
            }
        }
    }

    // MARK: Detaching

    func detach(_ done: @escaping (Result<Void, FrontEndError>) -> Void) {
        guard !isBusy else { return done(.failure(FrontEndError("the device is just being made or taken away"))) }
        guard let handle = loopDevice else {
            abandon()
            return done(.success(()))
        }
        isBusy = true
        let path = link.path
        let finish: (Result<Void, FrontEndError>) -> Void = { [weak self] result in
            self?.isBusy = false
            done(result)
        }
        // The kernel writes back what is cached for the device, and that comes to our own NBD server.
        run({ handle.clear() }, finish) { [weak self] outcome in
            switch outcome {
            case .cleared:
                self?.loopDevice = nil
                self?.link.remove()
                self?.endServing()
                finish(.success(()))
            case .inUse:
                finish(.failure(FrontEndError("\(path) is in use: unmount it, and end the programs that have it open")))
            case .failed(let error): finish(.failure(FrontEndError("\(path): \(error)")))
            }
        }
    }

    /// nbdkit tries again after every error, the engine's own included; without it they reach the file system.
    func giveUpWaiting() {
        endServing()
    }

    func abandon() {
        // Nothing of ours: the name, if there is one, is another's.
        guard loopDevice != nil || servingProcess != nil || isMounted else { return }
        // First, so that what the kernel still writes back fails instead of waiting for us.
        endServing()
        link.remove()
        guard let handle = loopDevice else { return }
        loopDevice = nil
        do {
            try HelperThread.run(on: loop, { handle.clear() }, then: { _ in })
        } catch {
            // The kernel frees the device when its last user leaves; without a thread that is a little later.
        }
    }

    /// Ends nbdfuse; nbdkit goes with it. Requests still waiting in them fail.
    private func endServing() {
        let process = servingNumber
        umount2(mountPoint, Int32(MNT_DETACH))
        if let process, Self.isNBDFuse(process) { kill(process, SIGKILL) }
        unlink(pidFile)
    }

    private func clearRemains() {
        if isMounted { umount2(mountPoint, Int32(MNT_DETACH)) }
        unlink(pidFile)
    }

    // MARK: Helpers

    /// Runs what may have to wait for our own NBD server beside the loop.
    private func run<Answer: Sendable, Success>(
        _ work: @escaping @Sendable () -> Answer, _ finish: @escaping (Result<Success, FrontEndError>) -> Void,
        then: @escaping (Answer) -> Void
    ) {
        do {
            try HelperThread.run(on: loop, work, then: then)
        } catch {
            finish(.failure(FrontEndError("\(error)")))
        }
    }

    /// A number in a file may belong to somebody else by now, or to a process that ended and was not buried yet.
    private static func isNBDFuse(_ process: pid_t) -> Bool {
        let text = SmallFile.read("/proc/\(process)/stat") ?? ""
        return text.hasPrefix("\(process) (nbdfuse) ") && !text.hasPrefix("\(process) (nbdfuse) Z")
    }
}
