import ClusterModel
import LinuxIO
import NodeCore

/// A file system on a replicated volume.
final class FilesystemDriver: ResourceDriver {
    private let calls: MountCalls
    private let queue: HelperQueue
    private let loop: EventLoop
    private let logger: Logger
    private var failed: ((String) -> Void)?

    /// - Parameter device: what to mount; the volume's device but for tests.
    init(
        _ resource: FilesystemResource, device: String? = nil, mounts: MountWatch, on loop: EventLoop, logger: Logger
    ) {
        calls = MountCalls(resource: resource, device: device ?? "/dev/bascule/\(resource.volume)")
        queue = HelperQueue(on: loop)
        self.loop = loop
        self.logger = logger
        mounts.watch { [weak self] in self?.look(at: $0) }
    }

    func start(timeout: Duration, _ completion: @escaping (StepOutcome) -> Void) {
        var report: ((StepOutcome) -> Void)? = completion
        // A mount that hangs stays in the queue, and a stop waits behind it.
        let timer = loop.schedule(after: timeout) {
            report?(.timedOut)
            report = nil
        }
        queue.run { [calls] in
            calls.mount()
        } then: { [loop] result in
            loop.cancel(timer)
            switch result {
            case .success(nil): report?(.done)
            case .success(let reason?): report?(.failed(reason))
            case .failure(let error): report?(.failed("\(error)"))
            }
            report = nil
        }
    }

    func stop(timeout: Duration, _ completion: @escaping (StepOutcome) -> Void) {
        Unmounting(calls, queue: queue, timeout: timeout, on: loop, logger: logger, completion).run()
    }

    func beginMonitoring(_ failed: @escaping (String) -> Void) {
        self.failed = failed
    }

    func endMonitoring() {
        failed = nil
    }

    private func look(at table: MountTable) {
        guard let failed else { return }
        let entry = table.entry(at: calls.resource.mountPoint)
        guard entry.map(calls.isOurs) != true else { return }
        failed("\(calls.device) is not mounted on \(calls.resource.mountPoint) any more")
    }
}
