import ClusterModel
import LinuxIO
import Replication

/// The connection to the peer's engine over time: looks for it, speaks with it, looks for it again.
final class PeerLink {
    enum Event {
        case connected(tieBreak: Bool, features: Features, version: UInt32)
        case packet(PeerPacket, AlignedBuffer?)
        case unreadable(String)
        case lost(String)
    }

    /// Attempts that fail in the features exchange, and reconnections, are at least this far apart.
    private static let pause = Duration.seconds(1)
    /// Most bytes of the peer's writes under way.
    private static let memory = 16 << 20

    private let addresses: PeerAddresses
    private let loop: EventLoop
    private let pool = BufferPool(limit: memory)
    private let log: (VolumeLogEntry) -> Void
    private let handler: (Event) -> Void
    private var generator: SeededGenerator
    private var connector: PeerConnector?
    private var channel: PeerChannel?
    private var tieBreak = false
    private var timer: TimerID?
    private var lastStart: Instant?
    private var lastFailure: String?

    init(
        _ addresses: PeerAddresses, seed: UInt64, loop: EventLoop, log: @escaping (VolumeLogEntry) -> Void,
        _ handler: @escaping (Event) -> Void
    ) {
        self.addresses = addresses
        self.loop = loop
        self.log = log
        self.handler = handler
        generator = SeededGenerator(seed: seed)
        pool.onReturn = { [weak self] in self?.bufferReturned() }
    }

    /// Looks for the peer until it is found or `drop`; at most once a second.
    func open() {
        guard connector == nil, channel == nil, timer == nil else { return }
        let now = loop.now
        guard let lastStart, now - lastStart < Self.pause else { return start() }
        timer = loop.schedule(at: lastStart + Self.pause) { [weak self] in
            self?.timer = nil
            self?.start()
        }
    }

    /// Closes everything at once and stops looking.
    func drop() {
        channel?.close()
        forget()
    }

    /// Lets the kernel take what is queued, then closes; stops looking.
    func closeWhenSent() {
        channel?.closeWhenSent()
        forget()
    }

    private func forget() {
        channel = nil
        connector?.stop()
        connector = nil
        if let timer { loop.cancel(timer) }
        timer = nil
    }

    /// Packets for a connection that is gone go nowhere.
    func send(_ packet: PeerPacket, payload: AlignedBuffer?) { channel?.send(packet, payload: payload) }

    /// Stops and resumes taking bulk packets.
    func setReadingData(_ wanted: Bool) { channel?.setReadingData(wanted) }

    /// Gives unused memory back to the system: for quiet times.
    func trim() { pool.freeKept() }

    private func start() {
        lastStart = loop.now
        connector = PeerConnector(addresses, seed: generator.next(), loop: loop, log: log) { [weak self] in
            self?.established($0)
        }
    }

    private func established(_ sockets: ConnectedSockets) {
        connector = nil
        tieBreak = sockets.tieBreak
        // What may wait for a slow peer: clients' writes, resync data, and a whole bitmap.
        sockets.data.queueLimit = 256 << 20
        channel = PeerChannel(sockets, pool: pool, loop: loop) { [weak self] in self?.handle($0) }
    }

    private func handle(_ event: PeerChannel.Event) {
        switch event {
        case .connected(let features, let version):
            lastFailure = nil
            handler(.connected(tieBreak: tieBreak, features: features, version: version))
        case .packet(let packet, let buffer): handler(.packet(packet, buffer))
        case .unreadable(let reason):
            channel = nil
            handler(.unreadable(reason))
        case .failed(let reason):
            // Nobody but us has heard of this attempt.
            channel = nil
            if lastFailure != reason {
                log(VolumeLogEntry(level: .warning, text: "no connection to the peer: \(reason)"))
            }
            lastFailure = reason
            open()
        case .lost(let reason):
            channel = nil
            handler(.lost(reason))
        }
    }

    private func bufferReturned() {
        guard let channel, !willFeed else { return }
        willFeed = true
        loop.perform { [weak self, weak channel] in
            self?.willFeed = false
            channel?.bufferReturned()
        }
    }

    private var willFeed = false
}
