import CLinux
import Glibc

/// The signals this project answers.
package enum Signal: Int32, Hashable, Sendable, CaseIterable {
    case hangUp = 1
    case interrupt = 2
    case kill = 9
    case user1 = 10
    case user2 = 12
    case terminate = 15
    case childEnded = 17
}

/// Signals as events of the loop instead of interruptions of it.
///
/// Blocks them for the calling thread and the threads it starts later: make this before any other thread.
package final class SignalWatch {
    private let descriptor: FileDescriptor
    private let loop: EventLoop
    private var registration: Registration?
    private let blocked: [Signal]

    package init(_ signals: [Signal], on loop: EventLoop, _ handler: @escaping (Signal) -> Void) throws(SystemError) {
        var set = sigset_t()
        sigemptyset(&set)
        for signal in signals { sigaddset(&set, signal.rawValue) }
        let failure = pthread_sigmask(SIG_BLOCK, &set, nil)
        if failure != 0 { throw SystemError(errno: failure, operation: "block signals") }
        let flags = Int32(SFD_CLOEXEC) | Int32(SFD_NONBLOCK)
        descriptor = FileDescriptor(owning: try SystemCall.run("receive signals") { signalfd(-1, &set, flags) })
        blocked = signals
        self.loop = loop
        registration = try loop.register(descriptor.raw, for: .readable) { [weak self] _ in self?.drain(handler) }
    }

    deinit { cancel() }

    /// Stops watching; the signals get back their usual effect.
    package func cancel() {
        guard let registration else { return }
        self.registration = nil
        loop.unregister(registration)
        var set = sigset_t()
        sigemptyset(&set)
        for signal in blocked { sigaddset(&set, signal.rawValue) }
        pthread_sigmask(SIG_UNBLOCK, &set, nil)
    }

    private func drain(_ handler: (Signal) -> Void) {
        var information = signalfd_siginfo()
        let size = MemoryLayout<signalfd_siginfo>.size
        // A failed read is an empty one: the descriptor is level-triggered and will be reported again.
        while registration != nil, read(descriptor.raw, &information, size) == size {
            guard let signal = Signal(rawValue: Int32(information.ssi_signo)) else { continue }
            handler(signal)
        }
    }
}
