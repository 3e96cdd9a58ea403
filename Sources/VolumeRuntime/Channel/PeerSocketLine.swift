import ClusterModel
import LinuxIO
import Replication
import WireFormat

/// One of the two sockets to the peer: packets in, packets out, never waiting.
///
/// Reading stops while its owner says so (too much block data is out), which slows the peer down by TCP's own means.
final class PeerSocketLine {
    enum Event {
        case packet(PeerPacket, AlignedBuffer?)
        /// The bytes make no sense: the connection cannot go on.
        case unreadable(String)
        case lost(String)
    }

    /// So that one busy socket does not keep the loop from the others.
    private static let packetsPerTurn = 128

    let kind: PeerSocket
    private let connection: StreamConnection
    private let incoming: IncomingStream
    private var reader: PacketReader
    private var handler: ((Event) -> Void)?
    private var isWanted = true
    private var waitsForBuffer = false

    /// Takes over an open connection. Events come from the loop, never from within this call.
    init(_ connection: StreamConnection, kind: PeerSocket, pool: BufferPool, _ handler: @escaping (Event) -> Void) {
        self.kind = kind
        self.connection = connection
        self.handler = handler
        incoming = IncomingStream(capacity: kind == .data ? 131_072 : 16384)
        reader = PacketReader(socket: kind, pool: pool)
        connection.onConnect = nil
        connection.onWritable = nil
        connection.onReadable = { [weak self] in self?.read() }
        connection.onEnd = { [weak self] in self?.ended("\($0)") }
    }

    /// Closes at once; what is queued is lost. No event comes from here on.
    func close() {
        handler = nil
        connection.close()
    }

    /// Closes as soon as the kernel has taken what is queued. No event comes from here on.
    func closeWhenSent() {
        handler = nil
        connection.closeWhenSent(within: .milliseconds(500))
    }

    /// From here on packets are those of the agreed version.
    func agree(on features: Features) { reader.agree(on: features) }

    /// Bytes queued and not yet taken by the kernel.
    var backlog: Int { connection.bytesWaiting }

    /// Bytes received since the connection was made.
    var received: UInt64 { incoming.received }

    // MARK: Sending

    /// Queues a packet and its data; they leave at the end of this turn of the loop.
    func send(_ packet: PeerPacket, payload: AlignedBuffer?) {
        guard handler != nil else { return }
        connection.send(packet.encoded())
        guard packet.payloadBytes > 0 else { return }
        guard let payload else { preconditionFailure("\(packet) is sent without its data") }
        connection.send(payload, 0..<packet.payloadBytes)
    }

    // MARK: Receiving

    /// Stops and resumes reading.
    func setReading(_ wanted: Bool) {
        guard wanted != isWanted else { return }
        isWanted = wanted
        watch()
    }

    /// A buffer came back to the pool.
    func bufferReturned() {
        guard waitsForBuffer else { return }
        waitsForBuffer = false
        watch()
    }

    private func watch() {
        guard handler != nil else { return }
        guard isWanted && !waitsForBuffer else { return connection.pauseReading() }
        connection.resumeReading()
        // The stream may hold whole packets that no readiness will announce.
        connection.loop.perform { [weak self] in self?.read() }
    }

    private func read() {
        do {
            var packets = 0
            while handler != nil, isWanted, !waitsForBuffer {
                guard packets < Self.packetsPerTurn else { return watch() }
                switch try reader.next(incoming) {
                case .packet(let packet, let buffer):
                    packets += 1
                    handler?(.packet(packet, buffer))
                case .wantsBytes:
                    guard incoming.fill(from: connection) else { return }
                case .wantsData(let target):
                    guard let count = incoming.receive(directly: target, from: connection) else { return }
                    reader.filled(count)
                case .wantsBuffer:
                    waitsForBuffer = true
                    watch()
                }
            }
        } catch {
            let handler = self.handler
            close()
            handler?(.unreadable("\(kind) socket: \(error)"))
        }
    }

    private func ended(_ reason: String) {
        let handler = self.handler
        close()
        handler?(.lost("\(kind) socket: \(reason)"))
    }
}
