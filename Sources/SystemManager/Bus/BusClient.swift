import ClusterModel
import Glibc
import LinuxIO

/// Keeps one connection to systemd on the loop: connects, again after each loss, carries calls with time-outs, hands
/// signals on. Completions never run inside the call that caused them.
final class BusClient {
    typealias Completion = (Result<BusMessage, BusError>) -> Void

    enum Change {
        case connected(BusEndpoint)
        case lost(BusError)
    }

    private struct PendingCall {
        var operation: String
        var subject: String
        var timer: TimerID
        var completion: Completion
    }

    private let endpoints: [BusEndpoint]
    private let loop: EventLoop
    private let onChange: (Change) -> Void
    private let onSignal: (BusMessage) -> Void
    /// A connection that is not ready by then is given up.
    private let greetingLimit: Duration

    private var connection: BusConnection?
    private var registration: Registration?
    /// The end of the time for greeting.
    private var greeting: TimerID?
    /// libsystemd's own wish to be called without the descriptor being ready.
    private var wakeUp: TimerID?
    private var retry: TimerID?
    private var retryDelay = BusClient.retryDelayMin
    private var isAnnounced = false
    private var isLossReported = false
    private var calls: [UInt64: PendingCall] = [:]
    private var nextEndpoint = 0

    private static let retryDelayMin = Duration.milliseconds(20)
    private static let retryDelayMax = Duration.seconds(2)
    /// Work per turn of the loop; heartbeats get their turn in between.
    private static let stepsPerTurn = 64

    init(
        _ endpoints: [BusEndpoint], on loop: EventLoop, greetingLimit: Duration = .seconds(5),
        onChange: @escaping (Change) -> Void, onSignal: @escaping (BusMessage) -> Void
    ) {
        precondition(!endpoints.isEmpty, "a bus client needs somewhere to connect to")
        self.endpoints = endpoints
        self.loop = loop
        self.greetingLimit = greetingLimit
        self.onChange = onChange
        self.onSignal = onSignal
    }

    deinit { close() }

    /// Whether calls go out now, and over which endpoint.
    var connectedEndpoint: BusEndpoint? { isAnnounced ? connection?.endpoint : nil }

    /// Begins to connect; the outcome comes as a change.
    func start() {
        loop.perform { [weak self] in self?.connect() }
    }

    /// Closes without a report; pending calls end as lost.
    func stop() {
        let lost = takeCalls()
        close()
        finish(lost, .connectionLost)
    }

    /// Sends a call. The completion gets the reply, or why there is none: always, and once.
    func call(
        _ call: BusCall, _ operation: String, _ subject: String, timeout: Duration, _ completion: @escaping Completion
    ) {
        do throws(BusError) {
            guard let connection, isAnnounced else {
                throw BusError(operation: operation, subject: subject, cause: .notConnected)
            }
            let cookie = try connection.send(call)
            let timer = loop.schedule(after: timeout) { [weak self] in self?.expire(cookie, after: timeout) }
            calls[cookie] = PendingCall(operation: operation, subject: subject, timer: timer, completion: completion)
            rearm()
        } catch {
            let failure = BusError(operation: operation, subject: subject, cause: error.cause)
            loop.perform { completion(.failure(failure)) }
        }
    }

    // MARK: Connecting

    private func connect() {
        guard connection == nil else { return }
        retry = nil
        let endpoint = endpoints[nextEndpoint % endpoints.count]
        do {
            let fresh = try BusConnection(endpoint)
            guard let descriptor = fresh.descriptor else { preconditionFailure("a bus that started has no descriptor") }
            registration = try loop.register(descriptor, for: .readable) { [weak self] _ in self?.pump() }
            connection = fresh
            greeting = loop.schedule(after: greetingLimit) { [weak self] in self?.giveUpGreeting() }
            pump()
        } catch let error as BusError {
            fail(error)
        } catch let error as SystemError {
            fail(BusError(operation: "watch", subject: endpoint.path, cause: .local(call: "epoll", errno: error.errno)))
        } catch {
            preconditionFailure("an error of an unknown kind: \(error)")
        }
    }

    private func giveUpGreeting() {
        guard let suspect = connection, !isAnnounced else { return }
        fail(
            BusError(
                operation: "connect to systemd over", subject: suspect.endpoint.path,
                cause: .timedOut(after: greetingLimit)))
    }

    private func announceIfReady(_ ready: BusConnection) {
        guard !isAnnounced, ready.isReady else { return }
        if let greeting { loop.cancel(greeting) }
        greeting = nil
        isAnnounced = true
        isLossReported = false
        retryDelay = Self.retryDelayMin
        nextEndpoint = 0
        onChange(.connected(ready.endpoint))
    }

    /// A first loss is reported at once, further failures to connect are not: nothing changed.
    private func fail(_ error: BusError) {
        let lost = takeCalls()
        let wasConnected = isAnnounced
        close()
        // While trying, every endpoint gets its turn before a pause.
        if !wasConnected { nextEndpoint += 1 }
        let isRoundOver = nextEndpoint % endpoints.count == 0
        let delay = isRoundOver ? retryDelay : .zero
        if isRoundOver && !wasConnected { retryDelay = min(retryDelay * 2, Self.retryDelayMax) }
        retry = loop.schedule(after: delay) { [weak self] in self?.connect() }
        finish(lost, .connectionLost)
        guard !isLossReported, wasConnected || isRoundOver else { return }
        isLossReported = true
        onChange(.lost(error))
    }

    private func close() {
        if let registration { loop.unregister(registration) }
        for timer in [greeting, wakeUp, retry] {
            if let timer { loop.cancel(timer) }
        }
        registration = nil
        greeting = nil
        wakeUp = nil
        retry = nil
        connection = nil
        isAnnounced = false
    }

    // MARK: Working

    private func pump() {
        guard let current = connection else { return }
        do throws(BusError) {
            for _ in 0..<Self.stepsPerTurn {
                let step = try current.next()
                announceIfReady(current)
                guard connection === current else { return }
                switch step {
                case .idle: return rearm()
                case .progressed: continue
                case .message(let message): dispatch(message)
                }
                guard connection === current else { return }
            }
            rearm()
        } catch {
            if connection === current { fail(error) }
        }
    }

    private func dispatch(_ message: BusMessage) {
        switch message.kind {
        case .signal: onSignal(message)
        case .reply: take(message)?.completion(.success(message))
        case .failure(let name, let text):
            guard let call = take(message) else { return }
            let cause = BusError.Cause.refused(name: name, message: text)
            call.completion(.failure(BusError(operation: call.operation, subject: call.subject, cause: cause)))
        case .call: break  // Nobody has anything to call here; libsystemd answers with an error.
        }
    }

    /// The call that a message answers; nil where it timed out before, or never was.
    private func take(_ reply: BusMessage) -> PendingCall? {
        guard let cookie = reply.replyCookie, let call = calls.removeValue(forKey: cookie) else { return nil }
        loop.cancel(call.timer)
        return call
    }

    private func expire(_ cookie: UInt64, after limit: Duration) {
        guard let call = calls.removeValue(forKey: cookie) else { return }
        let cause = BusError.Cause.timedOut(after: limit)
        call.completion(.failure(BusError(operation: call.operation, subject: call.subject, cause: cause)))
    }

    private func takeCalls() -> [PendingCall] {
        let taken = calls.sorted { $0.key < $1.key }.map(\.value)
        calls = [:]
        return taken
    }

    private func finish(_ lost: [PendingCall], _ cause: BusError.Cause) {
        for call in lost {
            loop.cancel(call.timer)
            let error = BusError(operation: call.operation, subject: call.subject, cause: cause)
            loop.perform { call.completion(.failure(error)) }
        }
    }

    /// Tells the loop what the library waits for now.
    private func rearm() {
        guard let connection, let registration else { return }
        let wanted = connection.wanted
        var interest: Interest = []
        if wanted.readable { interest.insert(.readable) }
        if wanted.writable { interest.insert(.writable) }
        do throws(SystemError) {
            try loop.modify(registration, for: interest)
        } catch {
            return fail(
                BusError(
                    operation: "watch", subject: connection.endpoint.path,
                    cause: .local(call: "epoll", errno: error.errno)))
        }
        rearmTimer(connection)
    }

    private func rearmTimer(_ connection: BusConnection) {
        if let wakeUp { loop.cancel(wakeUp) }
        wakeUp = connection.deadlineMicroseconds.map { deadline in
            loop.schedule(after: Self.delay(until: deadline)) { [weak self] in self?.pump() }
        }
    }

    /// libsystemd counts by `CLOCK_MONOTONIC`.
    private static func delay(until deadline: UInt64) -> Duration {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        let now = UInt64(time.tv_sec) * 1_000_000 + UInt64(time.tv_nsec) / 1000
        return .microseconds(Int64(clamping: deadline > now ? deadline - now : 0))
    }
}
