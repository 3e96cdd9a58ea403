import ClusterModel
import LinuxIO
import NodeCore

/// The brain's timers: one of each name.
final class NodeTimers {
    private let loop: EventLoop
    private let post: (NodeEvent) -> Void
    private var armed: [NodeTimer: TimerID] = [:]

    init(on loop: EventLoop, post: @escaping (NodeEvent) -> Void) {
        self.loop = loop
        self.post = post
    }

    func arm(_ timer: NodeTimer, at deadline: Instant) {
        cancel(timer)
        armed[timer] = loop.schedule(at: deadline) { [weak self] in
            guard let self else { return }
            self.armed[timer] = nil
            self.post(.timerFired(timer))
        }
    }

    func cancel(_ timer: NodeTimer) {
        if let id = armed.removeValue(forKey: timer) { loop.cancel(id) }
    }
}
