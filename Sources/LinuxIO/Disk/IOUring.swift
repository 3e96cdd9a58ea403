import CLinux
import ClusterModel
import Glibc

/// Asynchronous I/O for one loop: what a turn asks for goes to the kernel in one call at its end, and each completion
/// comes back as a call on the loop's thread.
///
/// The descriptors and memory of an operation must stay valid until its completion: capture their owners in it.
package final class IOUring {
    /// What the operation's system call would have returned: a count, or the negated errno.
    package typealias Completion = (Int32) -> Void

    /// An operation under way.
    package struct Token: Hashable, Sendable {
        let tag: UInt64
    }

    private final class Keeper {
        let completions: [Completion?]
        init(_ completions: [Completion?]) { self.completions = completions }
    }

    private let ring: UnsafeMutablePointer<clinux_ring>
    private let signal: FileDescriptor
    private let loop: EventLoop
    private var registration: Registration?
    private var completions: [Completion?] = []
    private var freeTags: [Int] = []
    private var waiting: [(RingOperation, tag: UInt64)] = []
    private var firstWaiting = 0
    private var isFlushScheduled = false
    private let capacity: Int
    private var accepted = 0

    /// Operations whose completion has not been called.
    package var inFlight: Int { completions.count - freeTags.count }

    /// Makes a ring.
    ///
    /// - Parameters:
    /// - entries: how many operations one submission takes; twice as many may be with the kernel, the rest waits
    /// here.
    ///   - longCommands: whether commands may carry 80 bytes instead of 16 (`IORING_SETUP_SQE128`, Linux 5.19).
    ///   - loop: the loop that the completions are called on.
    /// - Throws: `ENOSYS` or `EPERM` where io_uring is missing or switched off (`kernel.io_uring_disabled`).
    package init(entries: Int = 256, longCommands: Bool = false, on loop: EventLoop) throws(SystemError) {
        signal = FileDescriptor(
            owning: try SystemCall.run("make an event descriptor") {
                eventfd(0, Int32(EFD_CLOEXEC) | Int32(EFD_NONBLOCK))
            })
        ring = try Self.makeRing(entries, longCommands)
        self.loop = loop
        capacity = 2 * entries
        let number = signal.raw
        let ring = self.ring
        try SystemCall.run("connect an io_uring to its loop") { clinux_ring_signal_eventfd(ring, number) }
        // Edge-triggered, so that the counter need never be read: each completion is an edge.
        registration = try loop.register(number, for: [.readable, .edgeTriggered]) { [weak self] _ in self?.reap() }
    }

    private static func makeRing(
        _ entries: Int, _ longCommands: Bool
    ) throws(SystemError) -> UnsafeMutablePointer<clinux_ring> {
        let ring = UnsafeMutablePointer<clinux_ring>.allocate(capacity: 1)
        do {
            try SystemCall.run("make an io_uring") { clinux_ring_create(ring, UInt32(entries), longCommands) }
        } catch {
            ring.deallocate()
            throw error
        }
        return ring
    }

    deinit {
        if let registration { loop.unregister(registration) }
        // The kernel may still write into the memory of what is under way: its owners then live for ever.
        if inFlight > 0 { _ = Unmanaged.passRetained(Keeper(completions)) }
        clinux_ring_destroy(ring)
        ring.deallocate()
    }

    // MARK: Asking

    /// Reads into memory at most its size.
    @discardableResult
    package func read(
        _ descriptor: Int32, into memory: UnsafeMutableRawBufferPointer, at offset: UInt64,
        _ completion: @escaping Completion
    ) -> Token {
        enqueue(.read(descriptor: descriptor, memory: memory, offset: offset), completion)
    }

    /// Writes memory.
    ///
    /// - Parameters:
    ///   - descriptor: where to.
    ///   - memory: what; it must not change until the completion.
    ///   - offset: the place, in bytes.
    ///   - isDurable: whether completion means "on stable storage" (`RWF_DSYNC`).
    ///   - completion: called with the count.
    package func write(
        _ descriptor: Int32, from memory: UnsafeRawBufferPointer, at offset: UInt64, isDurable: Bool = false,
        _ completion: @escaping Completion
    ) {
        let flags = isDurable ? clinux_RWF_DSYNC : 0
        enqueue(.write(descriptor: descriptor, memory: memory, offset: offset, flags: flags), completion)
    }

    /// Makes everything completed before durable.
    package func sync(_ descriptor: Int32, dataOnly: Bool = true, _ completion: @escaping Completion) {
        enqueue(.sync(descriptor: descriptor, dataOnly: dataOnly), completion)
    }

    /// Punches a hole or zeroes a range: `fallocate` with a mode.
    package func allocate(
        _ descriptor: Int32, mode: Int32, _ range: ByteRange, _ completion: @escaping Completion
    ) {
        enqueue(
            .allocate(descriptor: descriptor, mode: mode, offset: range.offset, length: range.length), completion)
    }

    /// Sends a driver's own command (`IORING_OP_URING_CMD`), as ublk speaks it; the payload is at most 16 bytes, or
    /// 80 with `longCommands`.
    @discardableResult
    package func command(
        _ descriptor: Int32, operation: UInt32, payload: [UInt8], _ completion: @escaping Completion
    ) -> Token {
        enqueue(.command(descriptor: descriptor, operation: operation, payload: payload), completion)
    }

    /// Asks the kernel to give an operation up; it then completes with `-ECANCELED`, unless it was faster.
    package func cancel(_ token: Token) {
        enqueue(.cancel(target: token.tag)) { _ in }
    }

    @discardableResult
    private func enqueue(_ operation: RingOperation, _ completion: @escaping Completion) -> Token {
        let tag: Int
        if let reused = freeTags.popLast() {
            tag = reused
            completions[tag] = completion
        } else {
            tag = completions.count
            completions.append(completion)
        }
        // Everything goes through the queue, so that nothing overtakes.
        waiting.append((operation, UInt64(tag)))
        scheduleFlush()
        return Token(tag: UInt64(tag))
    }

    private func scheduleFlush() {
        guard !isFlushScheduled else { return }
        isFlushScheduled = true
        loop.flushBeforeWaiting { [weak self] in self?.flush() }
    }

    // MARK: Submitting and reaping

    private func flush() {
        isFlushScheduled = false
        repeat {
            while firstWaiting < waiting.count, accepted < capacity {
                let (operation, tag) = waiting[firstWaiting]
                guard operation.prepare(ring, tag: tag) else { break }
                firstWaiting += 1
                accepted += 1
            }
            guard clinux_ring_pending(ring) > 0 || clinux_ring_overflowed(ring) else { break }
            guard submit() else { return }
        } while firstWaiting < waiting.count && accepted < capacity
        if firstWaiting == waiting.count {
            waiting.removeAll(keepingCapacity: true)
            firstWaiting = 0
        } else if firstWaiting > 256 && firstWaiting > waiting.count / 2 {
            waiting.removeFirst(firstWaiting)
            firstWaiting = 0
        }
    }

    /// Whether the kernel took entries; if it is short of memory, another attempt is on its way.
    private func submit() -> Bool {
        let answer = clinux_ring_submit(ring, 0)
        if answer > 0 || clinux_ring_pending(ring) == 0 { return true }
        let failure = errno
        guard answer == 0 || [EAGAIN, EBUSY, EINTR, ENOMEM].contains(failure) else {
            preconditionFailure("io_uring refuses a submission: \(SystemError(errno: failure, operation: "submit"))")
        }
        loop.schedule(after: .milliseconds(1)) { [weak self] in self?.scheduleFlush() }
        return false
    }

    private func reap() {
        let batch = 64
        while true {
            let found = [clinux_completion](unsafeUninitializedCapacity: batch) { buffer, count in
                count = Int(clinux_ring_reap(ring, buffer.baseAddress, UInt32(batch)))
            }
            for completion in found { finish(Int(completion.tag), completion.result) }
            if found.count < batch { break }
        }
        if firstWaiting < waiting.count || clinux_ring_overflowed(ring) { scheduleFlush() }
    }

    private func finish(_ tag: Int, _ result: Int32) {
        guard let completion = completions[tag] else {
            preconditionFailure("io_uring completed operation \(tag), which is not under way")
        }
        completions[tag] = nil
        freeTags.append(tag)
        accepted -= 1
        completion(result)
    }

    /// Runs the loop until nothing is under way: for a clean end, and for tests.
    ///
    /// - Returns: whether that was reached in time.
    @discardableResult
    package func drain(within limit: Duration) throws(SystemError) -> Bool {
        try loop.run(until: { inFlight == 0 }, within: limit)
    }
}
