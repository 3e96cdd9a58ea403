import ClusterModel
import LinuxIO
import Replication
import WireFormat

/// Offers the volume to local clients over a unix socket (NBD, fixed newstyle). Knows connections, buffers and requests;
/// what a request does is the engine's.
final class NBDServer {
    /// What the engine is told.
    enum Event {
        case requested(RequestID, ClientOperation)
        case gone([RequestID])
        case opened(clients: Int)
        case closed(clients: Int)
    }

    /// What is offered at this moment.
    struct Offer {
        var export: NBDExport
        /// Why nobody may use it now, in a sentence for the client; nil where everybody may.
        var withheld: String?
    }

    /// Where the answer to a request of the engine belongs.
    struct Piece {
        var client: NBDClient
        var job: NBDJob
        var index: Int
        var buffer: AlignedBuffer?
        var bytes: Int
    }

    private static let clientLimit = 16

    private let loop: EventLoop
    private let offer: () -> Offer
    private let handler: (Event) -> Void
    private let pool: BufferPool
    private var listener: UnixListener?
    private var clients: [Int: NBDClient] = [:]
    private var lastClient = 0
    private var lastRequest: UInt64 = 0
    private var pieces: [UInt64: Piece] = [:]
    private var openClients = 0
    private var starved: [NBDClient] = []
    private var willFeed = false

    /// - Parameters:
    ///   - path: of the socket; it is made for root alone.
    ///   - memory: most bytes of data under way for all clients together.
    init(
        path: String, memory: Int = 24 << 20, loop: EventLoop, offer: @escaping () -> Offer,
        _ handler: @escaping (Event) -> Void
    ) throws(SystemError) {
        self.loop = loop
        self.offer = offer
        self.handler = handler
        pool = BufferPool(limit: memory)
        pool.onReturn = { [weak self] in self?.feedSoon() }
        listener = try UnixListener(path: path, loop: loop) { [weak self] in self?.accept($0) }
    }

    /// Clients that use the device now.
    var openCount: Int { openClients }

    /// Requests the engine has not answered.
    var pendingCount: Int { pieces.count }

    // MARK: Clients

    private func accept(_ connection: UnixConnection) {
        guard clients.count < Self.clientLimit else { return connection.close() }
        lastClient += 1
        let offer = offer()
        let handshake = NBDServerHandshake(exports: [offer.export], withheld: offer.withheld)
        clients[lastClient] = NBDClient(connection, number: lastClient, server: self, handshake: handshake)
    }

    /// Takes over a connected socket whose other end needs no negotiation: the kernel's driver.
    func adopt(_ socket: consuming FileDescriptor) throws(SystemError) {
        let connection = try UnixConnection(adopting: socket, name: "the kernel", on: loop)
        lastClient += 1
        clients[lastClient] = NBDClient(connection, number: lastClient, server: self, export: offer().export)
        clientOpened()
    }

    func clientOpened() {
        openClients += 1
        handler(.opened(clients: openClients))
    }

    func clientClosed(_ client: NBDClient) {
        clients[client.number] = nil
        let orphans = pieces.keys.filter { pieces[$0]?.client === client }.sorted().map { RequestID(rawValue: $0) }
        if !orphans.isEmpty { handler(.gone(orphans)) }
        guard client.hasDeviceOpen else { return }
        openClients -= 1
        handler(.closed(clients: openClients))
    }

    /// Takes no more requests; those under way are still answered.
    func stopReading() {
        listener?.close()
        listener = nil
        for number in clients.keys.sorted() { clients[number]?.stopReading() }
    }

    /// Closes every connection.
    func closeAll() {
        for number in clients.keys.sorted() { clients[number]?.close() }
    }

    // MARK: Requests

    func submit(_ operation: ClientOperation, _ piece: Piece) {
        lastRequest += 1
        pieces[lastRequest] = piece
        handler(.requested(RequestID(rawValue: lastRequest), operation))
    }

    /// The buffer of a request: what it writes, or room for what it reads.
    func buffer(of request: UInt64) -> AlignedBuffer? { pieces[request]?.buffer }

    /// Answers a request.
    /// - Parameter data: what a read brought, where it is not in the request's own buffer.
    func complete(_ request: RequestID, _ result: RequestResult, data: AlignedBuffer? = nil) {
        guard let piece = pieces.removeValue(forKey: request.rawValue) else {
            preconditionFailure("request \(request.rawValue) is answered twice, or was never made")
        }
        switch result {
        case .success: piece.client.finished(piece, error: nil, data: piece.buffer)
        case .successWithData: piece.client.finished(piece, error: nil, data: data)
        case .failed(let errno): piece.client.finished(piece, error: NBDErrorNumber(errno: errno), data: nil)
        }
    }

    // MARK: Memory

    /// Gives unused memory back to the system: for quiet times.
    func trim() { pool.freeKept() }

    func takeBuffer(_ count: Int) -> AlignedBuffer? { pool.take(count) }

    /// A client stopped reading for want of memory, or because enough of its own is under way.
    func clientStarved(_ client: NBDClient) {
        if !starved.contains(where: { $0 === client }) { starved.append(client) }
    }

    private func feedSoon() {
        guard !starved.isEmpty, !willFeed else { return }
        willFeed = true
        loop.perform { [weak self] in self?.feed() }
    }

    /// In the order in which they stopped, so that nobody waits for ever.
    private func feed() {
        willFeed = false
        let waiting = starved
        starved = []
        for client in waiting { client.resume() }
    }
}

extension NBDErrorNumber {
    /// What a client is told for an error number of the engine's.
    init(errno: Int32) {
        switch errno {
        case 1, 30: self = .notPermitted
        case 12: self = .outOfMemory
        case 22: self = .invalid
        case 28: self = .noSpace
        case 95: self = .notSupported
        case 108: self = .shutdown
        default: self = .inputOutput
        }
    }
}
