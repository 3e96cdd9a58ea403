import ClusterModel
import LinuxIO
import Replication
import WireFormat

/// Carries out the `ConnectProcedure` with real sockets: listens, dials, hears what an incoming connection wants to
/// be, and hands over both sockets. Begins anew until it is stopped; never more than a few sockets at a time.
final class PeerConnector {
    /// A dialed connection that does not come about in this time counts as failed.
    private static let dialTime = Duration.seconds(1)
    /// An accepted connection must say within this time what it is (4 times ping-timeout).
    private static let introductionTime = Duration.seconds(2)
    private static let strangerLimit = 8

    private let addresses: PeerAddresses
    private let loop: EventLoop
    private let log: (VolumeLogEntry) -> Void
    private let established: (ConnectedSockets) -> Void
    private var procedure: ConnectProcedure
    private var listener: TCPListener?
    private var sockets: [ConnectProcedure.SocketID: TCPConnection] = [:]
    private var arriving: [ConnectProcedure.SocketID: ArrivingSocket] = [:]
    private var dialing: TCPConnection?
    private var timer: TimerID?
    private var lastID = 0
    private var lastComplaint: String?
    private var isStopped = false

    /// Begins to look for the peer; `established` is called at most once, from the loop.
    init(
        _ addresses: PeerAddresses, seed: UInt64, loop: EventLoop, log: @escaping (VolumeLogEntry) -> Void,
        _ established: @escaping (ConnectedSockets) -> Void
    ) {
        self.addresses = addresses
        self.loop = loop
        self.log = log
        self.established = established
        procedure = ConnectProcedure(keepsOwnWhenCrossed: addresses.ownIsLower, seed: seed)
        loop.perform { [weak self] in self?.begin() }
    }

    deinit { stop() }

    /// Closes everything that was not handed over.
    func stop() {
        isStopped = true
        listener?.close()
        listener = nil
        if let timer { loop.cancel(timer) }
        timer = nil
        dialing?.close()
        dialing = nil
        for id in sockets.keys.sorted() { sockets[id]?.close() }
        for id in arriving.keys.sorted() { arriving[id]?.close() }
        sockets = [:]
        arriving = [:]
    }

    private func begin() {
        guard !isStopped else { return }
        listen()
        step(.started)
    }

    // MARK: Listening

    /// A node whose own address is not there yet can still not dial from it; both are tried again.
    private func listen() {
        guard listener == nil else { return }
        do {
            listener = try TCPListener(on: addresses.own, loop: loop) { [weak self] in self?.accepted($0) }
        } catch {
            complain("waiting for the peer at \(addresses.own) is not possible: \(error)")
        }
    }

    private func accepted(_ connection: TCPConnection) {
        guard !isStopped else { return connection.close() }
        guard connection.peer.address == addresses.peer.address else {
            complain(
                "refused a connection from \(connection.peer.address): only \(addresses.peer.address) may replicate")
            return connection.close()
        }
        guard arriving.count < Self.strangerLimit else { return connection.close() }
        lastID += 1
        let id = lastID
        arriving[id] = ArrivingSocket(connection, within: Self.introductionTime) { [weak self] in self?.arrived(id, $0)
        }
    }

    private func arrived(_ id: ConnectProcedure.SocketID, _ outcome: ArrivingSocket.Outcome) {
        guard let socket = arriving.removeValue(forKey: id) else { return }
        switch outcome {
        case .introduced(let role):
            keep(socket.connection, as: id)
            step(.introduced(id, as: role))
        case .refused(let reason):
            complain("a connection from \(addresses.peer.address) was not the peer's engine: \(reason)")
        case .left:
            break
        }
    }

    // MARK: The procedure

    private func step(_ event: ConnectProcedure.Event) {
        guard !isStopped else { return }
        for effect in procedure.handle(event) { perform(effect) }
    }

    private func perform(_ effect: ConnectProcedure.Effect) {
        switch effect {
        case .dial:
            dial()
        case .stopDialing:
            dialing?.close()
            dialing = nil
        case .introduce(let id, let role):
            let packet: PeerPacket = role == .data ? .initialData : .initialMeta
            sockets[id]?.send(packet.encoded())
        case .close(let id):
            sockets.removeValue(forKey: id)?.close()
        case .wait(let time):
            wait(time)
        case .established(let data, let meta, let tieBreak):
            finish(data, meta, tieBreak)
        }
    }

    private func wait(_ time: Duration) {
        if let timer { loop.cancel(timer) }
        timer = loop.schedule(after: time) { [weak self] in
            self?.timer = nil
            self?.listen()
            self?.step(.waited)
        }
    }

    private func dial() {
        let from = SocketAddress(addresses.own.address, port: 0, scope: addresses.own.scope)
        do {
            let connection = try TCPConnection.connect(to: addresses.peer, from: from, within: Self.dialTime, on: loop)
            dialing = connection
            connection.onConnect = { [weak self] in self?.dialed() }
            connection.onEnd = { [weak self] in self?.dialFailed("\($0)") }
        } catch {
            // From the loop, so that a failure at once does not run ahead of the effects that follow `dial`.
            loop.perform { [weak self] in self?.dialFailed("\(error)") }
        }
    }

    private func dialed() {
        guard let connection = dialing else { return }
        dialing = nil
        lastComplaint = nil
        lastID += 1
        keep(connection, as: lastID)
        step(.dialed(lastID))
    }

    private func dialFailed(_ reason: String) {
        guard !isStopped else { return }
        dialing = nil
        if lastComplaint != reason { log(VolumeLogEntry(level: .debug, text: "the peer is not reachable: \(reason)")) }
        lastComplaint = reason
        step(.dialFailed)
    }

    /// Until the procedure ends nobody reads a held socket; only its end is of interest.
    private func keep(_ connection: TCPConnection, as id: ConnectProcedure.SocketID) {
        connection.onConnect = nil
        connection.onReadable = nil
        connection.onEnd = { [weak self] _ in self?.step(.lost(id)) }
        connection.pauseReading()
        sockets[id] = connection
    }

    private func finish(_ data: ConnectProcedure.SocketID, _ meta: ConnectProcedure.SocketID, _ tieBreak: Bool) {
        guard let data = sockets.removeValue(forKey: data), let meta = sockets.removeValue(forKey: meta) else {
            preconditionFailure("the connect procedure ended with sockets it does not hold")
        }
        stop()
        for connection in [data, meta] {
            connection.onEnd = nil
            connection.resumeReading()
        }
        established(ConnectedSockets(data: data, meta: meta, tieBreak: tieBreak))
    }

    /// Warns once for each reason in a row, since an attempt comes every second.
    private func complain(_ text: String) {
        guard lastComplaint != text else { return }
        lastComplaint = text
        log(VolumeLogEntry(level: .warning, text: text))
    }
}
