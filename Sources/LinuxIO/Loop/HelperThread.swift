import CLinux
import ClusterModel
import Glibc
import Synchronization

/// Runs one slow call (mount, unmount, a file on a disk) beside the loop; its answer comes back as an event.
package enum HelperThread {
    /// What the thread is given, and where it leaves the answer before it rings.
    private final class Errand<Answer: Sendable>: Sendable {
        let work: @Sendable () -> Answer
        let answer = Mutex<Answer?>(nil)
        let bell: FileDescriptor

        init(bell: consuming FileDescriptor, _ work: @escaping @Sendable () -> Answer) {
            self.bell = bell
            self.work = work
        }
    }

    /// Runs the work on a thread of its own and then the continuation on the loop's.
    ///
    /// - Throws: `EAGAIN` where no thread can be had.
    package static func run<Answer: Sendable>(
        on loop: EventLoop, _ work: @escaping @Sendable () -> Answer, then continuation: @escaping (Answer) -> Void
    ) throws(SystemError) {
        let bell = FileDescriptor(
            owning: try SystemCall.run("make an event descriptor") { eventfd(0, Int32(EFD_CLOEXEC)) })
        let errand = Errand(bell: bell, work)
        var registration: Registration?
        registration = try loop.register(errand.bell.raw, for: .readable) { [unowned loop] _ in
            if let registration { loop.unregister(registration) }
            guard let answer = errand.answer.withLock({ $0 }) else {
                preconditionFailure("a helper thread rang without an answer")
            }
            continuation(answer)
        }
        do {
            try start {
                let answer = errand.work()
                errand.answer.withLock { $0 = answer }
                eventfd_write(errand.bell.raw, 1)
            }
        } catch {
            if let registration { loop.unregister(registration) }
            throw error
        }
    }

    private final class Body {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }

    private static func start(_ run: @escaping @Sendable () -> Void) throws(SystemError) {
        let body = Unmanaged.passRetained(Body(run))
        var thread = pthread_t()
        let failure = pthread_create(
            &thread, nil,
            { argument in
                if let argument { Unmanaged<Body>.fromOpaque(argument).takeRetainedValue().run() }
                return nil
            }, body.toOpaque())
        guard failure == 0 else {
            body.release()
            throw SystemError(errno: failure, operation: "start a helper thread")
        }
        pthread_detach(thread)
    }
}
