import CLinux
import ClusterModel
import Glibc

/// A single-threaded loop over epoll. The thread that runs it owns everything reachable from its handlers;
/// there are no locks and nothing suspends.
///
/// One turn: wait; handlers of ready descriptors; due timers; deferred work; last, the flushes (batched submission and
/// sending). Descriptors come before timers so that a loop that was late hears the beats that waited in its
/// sockets before it judges a silence.
package final class EventLoop {
    private let epoll: FileDescriptor
    private let timerDescriptor: FileDescriptor
    private var watches = WatchTable()
    private var timers = TimerQueue()
    private var armedFor: Instant?
    private var hasExpired = false
    private var events = [epoll_event](repeating: epoll_event(), count: EventLoop.batch)
    private var deferred: [() -> Void] = []
    private var flushes: [() -> Void] = []
    private var isStopping = false
    private var isTurning = false

    private static let batch = 256
    /// Deferred work may defer more; after this many rounds the descriptors get their turn again.
    private static let maximumRounds = 32
    private static let timerToken = UInt64.max

    package init() throws(SystemError) {
        epoll = FileDescriptor(owning: try SystemCall.run("make an epoll set") { epoll_create1(Int32(EPOLL_CLOEXEC)) })
        timerDescriptor = FileDescriptor(
            owning: try SystemCall.run("make a timer") {
                timerfd_create(CLOCK_BOOTTIME, Int32(TFD_CLOEXEC) | Int32(TFD_NONBLOCK))
            })
        try control(EPOLL_CTL_ADD, timerDescriptor.raw, EPOLLIN.rawValue, Self.timerToken)
    }

    /// The time by the clock all timers use.
    package var now: Instant { Instant.readingBootClock() }

    // MARK: Descriptors

    /// Watches a descriptor. The caller keeps owning it, and unregisters before closing it.
    ///
    /// - Throws: `EPERM` for what cannot be polled (regular files), `EEXIST` for a descriptor registered already.
    package func register(
        _ descriptor: Int32, for interest: Interest, _ handler: @escaping (Readiness) -> Void
    ) throws(SystemError) -> Registration {
        let registration = watches.add(descriptor, handler)
        do {
            try control(EPOLL_CTL_ADD, descriptor, interest.rawValue, registration.token)
        } catch {
            _ = watches.remove(registration)
            throw error
        }
        return registration
    }

    /// Changes what a descriptor is watched for.
    package func modify(_ registration: Registration, for interest: Interest) throws(SystemError) {
        guard let descriptor = watches.descriptor(of: registration) else {
            preconditionFailure("changing a registration that is gone: \(registration)")
        }
        try control(EPOLL_CTL_MOD, descriptor, interest.rawValue, registration.token)
    }

    /// Stops watching; its handler is not called again, not even for events already reported in this turn.
    /// A stale registration is no error.
    package func unregister(_ registration: Registration) {
        guard let descriptor = watches.remove(registration) else { return }
        // Fails only where the descriptor was closed first; the kernel has then dropped it by itself.
        _ = epoll_ctl(epoll.raw, EPOLL_CTL_DEL, descriptor, nil)
    }

    private func control(_ verb: Int32, _ descriptor: Int32, _ events: UInt32, _ token: UInt64) throws(SystemError) {
        var event = epoll_event(events: events, data: epoll_data_t(u64: token))
        let set = epoll.raw
        try SystemCall.run("watch", "descriptor \(descriptor)") { epoll_ctl(set, verb, descriptor, &event) }
    }

    // MARK: Timers

    /// Runs the work once at a time, or at once where that has passed.
    @discardableResult
    package func schedule(at deadline: Instant, _ work: @escaping () -> Void) -> TimerID {
        timers.add(at: deadline, every: nil, work)
    }

    /// Runs the work once after a while.
    @discardableResult
    package func schedule(after delay: Duration, _ work: @escaping () -> Void) -> TimerID {
        timers.add(at: now + delay, every: nil, work)
    }

    /// Runs the work again and again on a fixed grid, first one interval from now. Beats that a late loop missed are
    /// left out.
    @discardableResult
    package func schedule(every interval: Duration, _ work: @escaping () -> Void) -> TimerID {
        precondition(interval > .zero, "a timer cannot repeat every \(interval)")
        return timers.add(at: now + interval, every: interval, work)
    }

    /// Forgets a timer, also one due in this very turn; one that is gone is no error.
    package func cancel(_ timer: TimerID) {
        timers.cancel(timer)
    }

    // MARK: Deferred work

    /// Runs the work at the end of this turn (of the first turn, before the loop runs). Work deferred by deferred work
    /// runs in the same turn too.
    package func perform(_ work: @escaping () -> Void) {
        deferred.append(work)
    }

    /// Runs the work once, after all deferred work and just before the loop waits: for handing over in one call what a
    /// whole turn has collected.
    package func flushBeforeWaiting(_ work: @escaping () -> Void) {
        flushes.append(work)
    }

    // MARK: Running

    /// Runs turns until `stop()`.
    ///
    /// - Throws: only what makes the loop itself unusable.
    package func run() throws(SystemError) {
        isStopping = false
        while !isStopping { try turn(waitingAtMost: nil) }
    }

    /// Ends `run()` after the present turn.
    package func stop() {
        isStopping = true
    }

    /// Runs turns until the condition holds or the time is over: for start-up steps and tests.
    ///
    /// - Returns: whether the condition holds.
    @discardableResult
    package func run(until condition: () -> Bool, within limit: Duration) throws(SystemError) -> Bool {
        let end = now + limit
        while !condition() {
            let left = end - now
            guard left > .zero else { return false }
            try turn(waitingAtMost: left)
        }
        return true
    }

    /// One turn; nil waits for as long as it takes.
    package func turn(waitingAtMost limit: Duration?) throws(SystemError) {
        precondition(!isTurning, "a handler must not run the loop that called it")
        isTurning = true
        defer { isTurning = false }
        let hadWork = finishTurn()
        try armTimer()
        for index in 0..<(try wait(hadWork ? .zero : limit)) where events[index].data.u64 != Self.timerToken {
            let ready = events[index]
            watches.handler(of: Registration(token: ready.data.u64))?(Readiness(rawValue: ready.events))
        }
        fireTimers()
        finishTurn()
    }

    private func wait(_ limit: Duration?) throws(SystemError) -> Int {
        // Rounded up, for a wait that ends early would spin. Precision is the timer descriptor's matter.
        var milliseconds = limit.map { Int32(clamping: ($0.nanoseconds + 999_999) / 1_000_000) } ?? -1
        if !deferred.isEmpty || !flushes.isEmpty { milliseconds = 0 }
        let set = epoll.raw
        let count = epoll_wait(set, &events, Int32(Self.batch), milliseconds)
        if count >= 0 { return Int(count) }
        // An interrupted wait is an empty turn: the limit is reckoned anew.
        let failure = errno
        guard failure == EINTR else { throw SystemCall.error(failure, "wait for events", "") }
        return 0
    }

    private func armTimer() throws(SystemError) {
        let deadline = timers.nextDeadline()
        guard deadline != armedFor || hasExpired else { return }
        // A time of zero would disarm the timer; the clock's first nanosecond is past for everybody.
        let time = max(deadline?.nanoseconds ?? 0, deadline == nil ? 0 : 1)
        var setting = itimerspec()
        setting.it_value = timespec(tv_sec: Int(time / 1_000_000_000), tv_nsec: Int(time % 1_000_000_000))
        let descriptor = timerDescriptor.raw
        try SystemCall.run("set the timer") { timerfd_settime(descriptor, Int32(TFD_TIMER_ABSTIME), &setting, nil) }
        armedFor = deadline
        hasExpired = false
    }

    private func fireTimers() {
        guard let armed = armedFor else { return }
        let now = self.now
        guard armed <= now else { return }
        // Setting the timer again, even to nothing, also clears its readiness, so it need not be read.
        hasExpired = true
        for (id, deadline) in timers.takeDue(at: now) {
            timers.fire(id, dueSince: deadline, at: now)?()
        }
    }

    /// Whether there was anything to do.
    @discardableResult
    private func finishTurn() -> Bool {
        var rounds = 0
        while rounds < Self.maximumRounds, !deferred.isEmpty || !flushes.isEmpty {
            rounds += 1
            let isFlushing = deferred.isEmpty
            let work = isFlushing ? flushes : deferred
            if isFlushing { flushes = [] } else { deferred = [] }
            for step in work { step() }
        }
        return rounds > 0
    }
}
