import ClusterModel
import LinuxIO
import Replication
import WireFormat

/// One NBD connection: the negotiation, then requests in and replies out, pipelined and out of order.
///
/// Bounded: it reads no further while too many of its bytes or requests are under way.
final class NBDClient {
    private enum Phase {
        case negotiating(NBDServerHandshake)
        case transmitting(NBDExport, Input)
        /// Said goodbye; its last replies are on their way.
        case leaving
        case closed
    }

    /// Where in the stream of requests the reader is.
    private enum Input {
        case header
        /// A request whose pieces are being made; for writes the next piece's buffer and how much of it is there.
        case job(NBDJob, buffer: AlignedBuffer?, filled: Int)
        /// Data of a refused write, to be thrown away before the refusal is sent.
        case discarding(left: Int, cookie: UInt64, NBDErrorNumber)
    }

    /// Most bytes of one client's data under way: on the disks, at the peer, and waiting to be sent to it.
    private static let byteLimit = 6 << 20
    private static let requestLimit = 256
    private static let requestsPerTurn = 128
    /// Above this it is cheaper to read data where they belong than through the stream.
    private static let direct = 32768

    let number: Int
    private let connection: StreamConnection
    private unowned let server: NBDServer
    private let incoming = IncomingStream(capacity: 131_072)
    private var phase: Phase
    private var openRequests = 0
    private var openBytes = 0
    private let replies: NBDReplies
    private var isStarved = false
    private var isPaused = false

    /// A client that has to negotiate first.
    convenience init(_ connection: StreamConnection, number: Int, server: NBDServer, handshake: NBDServerHandshake) {
        self.init(connection, number, server, .negotiating(handshake))
        connection.send(handshake.greeting)
    }

    /// A client that knows the export already.
    convenience init(_ connection: StreamConnection, number: Int, server: NBDServer, export: NBDExport) {
        self.init(connection, number, server, .transmitting(export, .header))
        hasDeviceOpen = true
    }

    private init(_ connection: StreamConnection, _ number: Int, _ server: NBDServer, _ phase: Phase) {
        self.connection = connection
        self.number = number
        self.server = server
        self.phase = phase
        replies = NBDReplies(connection)
        connection.congestionMark = Self.byteLimit / 2
        connection.onReadable = { [weak self] in self?.read() }
        connection.onWritable = { [weak self] in self?.resume() }
        connection.onEnd = { [weak self] _ in self?.close() }
    }

    /// Whether it chose the export, and so counts as a user of the device.
    private(set) var hasDeviceOpen = false

    /// Closes at once; what is under way goes on without it.
    func close() {
        if case .closed = phase { return }
        phase = .closed
        connection.close()
        server.clientClosed(self)
    }

    private var isLeaving: Bool {
        if case .leaving = phase { return true }
        return false
    }

    /// Takes no more requests, for the server is stopping.
    func stopReading() {
        isPaused = true
        connection.pauseReading()
    }

    // MARK: Reading

    /// Goes on after memory or room came back.
    func resume() {
        guard !isPaused else { return }
        isStarved = false
        connection.resumeReading()
        // The stream may hold whole requests that no readiness will announce.
        connection.loop.perform { [weak self] in self?.read() }
    }

    private func read() {
        for _ in 0..<Self.requestsPerTurn {
            guard !isStarved, !isPaused else { return }
            switch phase {
            case .negotiating(let handshake): guard negotiate(handshake) else { return }
            case .transmitting(let export, let input): guard transmit(export, input) else { return }
            case .leaving, .closed: return
            }
        }
        connection.loop.perform { [weak self] in self?.read() }
    }

    /// False where more bytes are needed, or nothing more will come.
    private func negotiate(_ handshake: NBDServerHandshake) -> Bool {
        guard incoming.available > 0 || incoming.fill(from: connection) else { return false }
        var handshake = handshake
        let step = handshake.receive(incoming.prefix(incoming.available))
        incoming.consume(incoming.available)
        connection.send(step.reply)
        switch step.outcome {
        case nil:
            phase = .negotiating(handshake)
        case .chosen(let export, let unread):
            incoming.putBack(unread)
            phase = .transmitting(export, .header)
            hasDeviceOpen = true
            server.clientOpened()
        case .aborted, .failed:
            phase = .leaving
            leaveWhenDone()
            return false
        }
        return true
    }

    /// One step in the stream of requests; false where nothing can be done now.
    private func transmit(_ export: NBDExport, _ input: Input) -> Bool {
        switch input {
        case .header: takeRequest(export)
        case .job(let job, let buffer, let filled): advance(job, buffer, filled, export)
        case .discarding(let left, let cookie, let error): discard(left, cookie, error, export)
        }
    }

    private func takeRequest(_ export: NBDExport) -> Bool {
        guard hasRoom else { return starve() }
        guard incoming.available >= NBDRequest.size else { return incoming.fill(from: connection) }
        let request: NBDRequest
        do {
            request = try NBDRequest(incoming.prefix(NBDRequest.size)[...])
        } catch {
            // There is no finding the next request in a stream that is not one.
            close()
            return false
        }
        incoming.consume(NBDRequest.size)
        begin(request, export)
        return true
    }

    private func begin(_ request: NBDRequest, _ export: NBDExport) {
        let refusal = request.command == .cache ? .notSupported : request.refusal(by: export)
        if request.command == .disconnect {
            phase = .leaving
            leaveWhenDone()
        } else if let refusal {
            let left = request.payloadBytes
            guard left > 0 else { return replies.refuse(request.cookie, refusal) }
            phase = .transmitting(export, .discarding(left: left, cookie: request.cookie, refusal))
        } else {
            openRequests += 1
            phase = .transmitting(export, .job(NBDJob(request), buffer: nil, filled: 0))
        }
    }

    /// Makes the next piece of a request.
    private func advance(_ job: NBDJob, _ buffer: AlignedBuffer?, _ filled: Int, _ export: NBDExport) -> Bool {
        if job.isAllMade {
            phase = .transmitting(export, .header)
            return true
        }
        guard job.command == .read || job.command == .write else {
            submit(job, nil, 0)
            return true
        }
        // A long read keeps its order on the socket, so nothing before it may still be waiting to be said.
        if job.isLongRead && !job.hasPieces && openRequests > 1 { return starve() }
        let length = job.nextLength
        guard let buffer = buffer ?? (hasRoom ? server.takeBuffer(length) : nil) else { return starve() }
        if job.command == .write {
            let (filled, isDry) = receive(buffer, filled, of: length)
            guard filled == length else {
                phase = .transmitting(export, .job(job, buffer: buffer, filled: filled))
                return !isDry
            }
        }
        openBytes += length
        phase = .transmitting(export, .job(job, buffer: nil, filled: 0))
        submit(job, buffer, length)
        return true
    }

    /// Reads more of a write's data: how much there is now, and whether the socket has nothing more at present.
    private func receive(_ buffer: AlignedBuffer, _ filled: Int, of length: Int) -> (filled: Int, isDry: Bool) {
        let target = UnsafeMutableRawBufferPointer(rebasing: buffer.bytes[filled..<length])
        let taken = incoming.take(into: target)
        let rest = target.count - taken
        if rest == 0 { return (length, false) }
        guard rest >= Self.direct else { return (filled + taken, !incoming.fill(from: connection)) }
        let place = UnsafeMutableRawBufferPointer(rebasing: target[taken...])
        let count = incoming.receive(directly: place, from: connection)
        return (filled + taken + (count ?? 0), count == nil)
    }

    private func discard(_ left: Int, _ cookie: UInt64, _ error: NBDErrorNumber, _ export: NBDExport) -> Bool {
        guard incoming.available > 0 || incoming.fill(from: connection) else { return false }
        let count = min(left, incoming.available)
        incoming.consume(count)
        if count == left {
            phase = .transmitting(export, .header)
            replies.refuse(cookie, error)
        } else {
            phase = .transmitting(export, .discarding(left: left - count, cookie: cookie, error))
        }
        return true
    }

    private func submit(_ job: NBDJob, _ buffer: AlignedBuffer?, _ bytes: Int) {
        let (operation, index) = job.takePiece()
        server.submit(operation, NBDServer.Piece(client: self, job: job, index: index, buffer: buffer, bytes: bytes))
    }

    private var hasRoom: Bool {
        openRequests < Self.requestLimit && openBytes + connection.bytesWaiting < Self.byteLimit
    }

    private func starve() -> Bool {
        isStarved = true
        connection.pauseReading()
        server.clientStarved(self)
        return false
    }

    // MARK: Replying

    /// A piece is back from the engine.
    func finished(_ piece: NBDServer.Piece, error: NBDErrorNumber?, data: AlignedBuffer?) {
        openBytes -= piece.bytes
        piece.job.finishPiece(piece.index, error: error, data: data.map { ($0, piece.bytes) })
        if case .closed = phase { return }
        if error != nil && piece.job.command == .read { piece.job.abandon() }
        do {
            openRequests -= try replies.advance(piece.job)
        } catch {
            return close()
        }
        leaveWhenDone()
        if isStarved && hasRoom { resume() }
    }

    private func leaveWhenDone() {
        guard isLeaving, openRequests == 0 else { return }
        phase = .closed
        connection.closeWhenSent(within: .seconds(5))
        server.clientClosed(self)
    }
}
