import ClusterModel
import LinuxIO
import Replication
import WireFormat

/// The connection to the peer's engine: the two sockets from the features exchange to their end.
final class PeerChannel {
    enum Event {
        /// Features were exchanged; packets may be sent from now on.
        case connected(Features, version: UInt32)
        case packet(PeerPacket, AlignedBuffer?)
        /// The peer's bytes make no sense. The last event.
        case unreadable(String)
        /// The sockets are gone. The last event.
        case lost(String)
        /// It did not come to `connected`. The only event.
        case failed(String)
    }

    /// What this engine can do (drbd-8.4 features): discards, the longer sizes packet, zeroing.
    static let offered: Features = [.trim, .writeSame, .writeZeroes]
    /// Patience with the peer's features (4 times ping-timeout).
    private static let patience = Duration.seconds(2)

    private let loop: EventLoop
    private let handler: (Event) -> Void
    private var data: PeerSocketLine?
    private var meta: PeerSocketLine?
    private var timer: TimerID?
    private var isConnected = false

    /// Takes over both sockets and begins the features exchange.
    init(
        _ sockets: ConnectedSockets, pool: BufferPool, loop: EventLoop, _ handler: @escaping (Event) -> Void
    ) {
        self.loop = loop
        self.handler = handler
        data = PeerSocketLine(sockets.data, kind: .data, pool: pool) { [weak self] in self?.handle($0) }
        meta = PeerSocketLine(sockets.meta, kind: .meta, pool: pool) { [weak self] in self?.handle($0) }
        meta?.setReading(false)
        let version = ConnectionFeatures.version
        let features = ConnectionFeatures(
            protocolMinimum: version, protocolMaximum: version, features: Self.offered)
        data?.send(.connectionFeatures(features), payload: nil)
        timer = loop.schedule(after: Self.patience) { [weak self] in self?.lose("the peer sent no features in time") }
    }

    deinit { close() }

    /// Bytes queued on the data socket and not yet taken by the kernel.
    var backlog: Int { data?.backlog ?? 0 }

    func send(_ packet: PeerPacket, payload: AlignedBuffer?) {
        switch packet.socket {
        case .data: data?.send(packet, payload: payload)
        case .meta: meta?.send(packet, payload: nil)
        }
    }

    /// Stops and resumes taking bulk packets; acknowledgements and pings still come.
    func setReadingData(_ wanted: Bool) { data?.setReading(wanted) }

    /// A payload buffer came back to the pool.
    func bufferReturned() { data?.bufferReturned() }

    /// Closes at once. No event comes from here on.
    func close() { end { $0.close() } }

    /// Lets the kernel take what is queued, then closes. No event comes from here on.
    func closeWhenSent() { end { $0.closeWhenSent() } }

    private func end(_ how: (PeerSocketLine) -> Void) {
        if let timer { loop.cancel(timer) }
        timer = nil
        if let meta { how(meta) }
        if let data { how(data) }
        meta = nil
        data = nil
    }

    private func lose(_ reason: String) {
        guard data != nil else { return }
        close()
        handler(isConnected ? .lost(reason) : .failed(reason))
    }

    private func handle(_ event: PeerSocketLine.Event) {
        guard data != nil else { return }
        switch event {
        case .packet(.connectionFeatures(let theirs), _) where !isConnected: agree(with: theirs)
        case .packet(let packet, let buffer) where isConnected: handler(.packet(packet, buffer))
        case .packet(let packet, _): lose("the peer sent \(packet.command) before its features")
        case .unreadable(let reason):
            guard isConnected else { return lose("the peer does not speak DRBD's protocol (\(reason))") }
            close()
            handler(.unreadable(reason))
        case .lost(let reason): lose(reason)
        }
    }

    /// A peer without our version is reported with its own, and the engine says no for good.
    private func agree(with theirs: ConnectionFeatures) {
        let version = ConnectionFeatures.version
        let ours = ConnectionFeatures(protocolMinimum: version, protocolMaximum: version, features: Self.offered)
        let agreed = ours.agreed(with: theirs)
        if let timer { loop.cancel(timer) }
        timer = nil
        isConnected = true
        data?.agree(on: agreed?.features ?? [])
        meta?.agree(on: agreed?.features ?? [])
        meta?.setReading(true)
        handler(.connected(agreed?.features ?? [], version: agreed?.version ?? theirs.protocolMaximum))
    }
}
