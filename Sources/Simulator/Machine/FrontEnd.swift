import ClusterModel
import Replication

/// The block device as the local kernel sees it. It outlives the engine: what was in flight when an engine died is sent
/// again to the next one, as ublk's user recovery and nbd's reconnecting do.
final class FrontEnd {
    typealias Completion = (_ isDone: Bool, _ tokens: [UInt64]) -> Void

    private struct Request {
        var operation: ClientOperation
        var tokens: [UInt64]
        var completion: Completion
        var isSent = false
        /// Only sabotage makes this true: the completion was called before the engine's.
        var isAcknowledged = false
    }

    private unowned let process: EngineProcess
    private var requests: [RequestID: Request] = [:]
    /// In order of submission.
    private var order: [RequestID] = []
    private var count: UInt64 = 0
    private(set) var isOpen = false
    private var isConnected = false
    var hasOutstanding: Bool { !order.isEmpty }

    init(_ process: EngineProcess) {
        self.process = process
    }

    /// Opens the device; false where no primary serves it.
    func open() -> Bool {
        guard !isOpen else { return true }
        guard process.isRunning, process.engine?.report.isPrimary == true else { return false }
        isOpen = true
        connect()
        return true
    }

    func close() {
        guard isOpen else { return }
        isOpen = false
        if isConnected { process.hear(.deviceClosed(clients: 0)) }
        isConnected = false
    }

    /// Power is gone.
    func vanish() {
        isOpen = false
        isConnected = false
        requests = [:]
        order = []
    }

    func engineEnded() {
        isConnected = false
        for id in order { requests[id]?.isSent = false }
    }

    func engineServes() {
        if isOpen, !isConnected { connect() }
    }

    private func connect() {
        isConnected = true
        process.hear(.deviceOpened(clients: 1))
        let waiting = order
        order = []
        for old in waiting {
            // A number is not used twice in one engine's life; across lives it may, but need not.
            guard let request = requests.removeValue(forKey: old) else { continue }
            enqueue(request)
        }
    }

    func submit(_ operation: ClientOperation, _ tokens: [UInt64] = [], _ completion: @escaping Completion) {
        precondition(isOpen, "\(process.label) is asked for \(operation) while nobody has its device open")
        enqueue(Request(operation: operation, tokens: tokens, completion: completion))
    }

    private func enqueue(_ request: Request) {
        count += 1
        let id = RequestID(rawValue: count)
        var request = request
        request.isSent = isConnected
        requests[id] = request
        order.append(id)
        guard isConnected else { return }
        let size = if case .read(let range) = request.operation { Int(range.length / WorldSettings.block) } else { 0 }
        let room = size > 0 ? [UInt64](repeating: 0, count: size) : request.tokens
        process.buffers[.client(id.rawValue)] = room
        process.hear(.clientRequested(id, request.operation))
    }

    func completed(_ id: RequestID, _ result: RequestResult) {
        guard let request = requests.removeValue(forKey: id) else {
            preconditionFailure("\(process.label) completes the unknown request \(id.rawValue)")
        }
        order.removeAll { $0 == id }
        let tokens: [UInt64]
        switch result {
        case .success: tokens = process.buffers[.client(id.rawValue)]
        case .successWithData(let buffer): tokens = process.buffers[buffer]
        case .failed: tokens = []
        }
        process.buffers.release(.client(id.rawValue))
        let isDone = if case .failed = result { false } else { true }
        guard !request.isAcknowledged else { return }
        process.world.scheduler.after(.microseconds(20)) { request.completion(isDone, tokens) }
    }

    /// Sabotage: the client is told that its write is done.
    func acknowledgeEarly(_ number: UInt64) {
        let id = RequestID(rawValue: number)
        guard var request = requests[id], !request.isAcknowledged else { return }
        request.isAcknowledged = true
        requests[id] = request
        process.world.scheduler.after(.microseconds(20)) { request.completion(true, []) }
    }
}
