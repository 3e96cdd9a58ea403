import LinuxIO

/// Blocking calls about one thing, one after the other: a mount that hangs must be over before the unmount that follows it
/// can know what there is to unmount.
final class HelperQueue {
    private let loop: EventLoop
    private var waiting: [() -> Void] = []
    private var isBusy = false

    init(on loop: EventLoop) {
        self.loop = loop
    }

    /// Runs the work on a thread of its own when its turn comes, and the continuation on the loop.
    func run<Answer: Sendable>(
        _ work: @escaping @Sendable () -> Answer, then continuation: @escaping (Result<Answer, SystemError>) -> Void
    ) {
        waiting.append { [self] in
            do throws(SystemError) {
                try HelperThread.run(on: loop, work) { [self] in
                    continuation(.success($0))
                    next()
                }
            } catch {
                loop.perform { [self] in
                    continuation(.failure(error))
                    next()
                }
            }
        }
        if !isBusy { next() }
    }

    private func next() {
        isBusy = !waiting.isEmpty
        if isBusy { waiting.removeFirst()() }
    }
}
