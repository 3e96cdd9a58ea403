import ClusterModel
import Replication

/// One established replication connection of a volume: two sockets, so four streams, and two ends that may disagree on
/// whether it still exists.
final class ReplicationConnection {
    private unowned let world: World
    private unowned let path: ReplicationPath
    /// Whether the end's process still holds it.
    private(set) var isOpen = [true, true]
    /// Whether the end's engine was told of it.
    private(set) var isKnown = [false, false]
    /// An end that was closed in order: what it had sent still arrives, then the end of the stream.
    private var isDraining = [false, false]
    /// By sender, then socket.
    private var streams: [[PacketStream]] = []
    private let tieBreak: Int

    init(in world: World, _ path: ReplicationPath, tieBreak: Int) {
        self.world = world
        self.path = path
        self.tieBreak = tieBreak
        streams = (0..<2).map { sender in
            PeerSocket.allCases.map { _ in
                PacketStream(
                    in: world,
                    // What arrives before this end has its sockets waits in the kernel.
                    isPassing: { [weak self] in world.isReplicationPathUp && self?.isKnown[1 - sender] == true },
                    deliver: { [weak self] in self?.arrive($0, $1, from: sender) })
            }
        }
    }

    func becomeKnown(to end: Int) {
        isKnown[end] = true
        let features: Features = [.trim, .writeSame, .writeZeroes]
        path.engine(end).hear(.connected(tieBreak: end == tieBreak, features: features, version: 101))
        for stream in streams[1 - end] { stream.resume(after: .zero) }
    }

    func send(_ packet: PeerPacket, _ tokens: [UInt64]?, from end: Int) {
        guard isOpen[end], !isDraining[end] else { return }
        let bytes = 64 + (tokens.map { $0.count * Int(WorldSettings.block) } ?? 0)
        let arrival = path.arrival(of: bytes, from: end)
        streams[end][Int(packet.socket.rawValue)].append(packet, tokens, arrival: arrival)
        if !isOpen[1 - end] { resetSoon(end) }
    }

    private func arrive(_ packet: PeerPacket, _ tokens: [UInt64]?, from sender: Int) {
        let end = 1 - sender
        guard isOpen[end] else { return }
        path.engine(end).receive(packet, tokens)
        if isDraining[sender], streams[sender].allSatisfy(\.isEmpty) { lose(end, "the peer closed the connection") }
    }

    /// The process of this end closes it; with `drains` what it has sent still arrives.
    func close(_ end: Int, drains: Bool) {
        guard isOpen[end] else { return }
        isOpen[end] = false
        for stream in streams[1 - end] { stream.clear() }
        if drains, !streams[end].allSatisfy(\.isEmpty) {
            isDraining[end] = true
        } else {
            for stream in streams[end] { stream.clear() }
            resetSoon(1 - end)
        }
    }

    /// The end's machine lost power: nobody is told.
    func vanish(_ end: Int) {
        isOpen[end] = false
        for stream in streams[0] + streams[1] { stream.clear() }
    }

    /// A middlebox or a full buffer breaks it on both sides.
    func reset() {
        for end in 0..<2 { resetSoon(end) }
    }

    func pathChanged(restoredAfter delay: Duration?) {
        guard let delay else { return }
        for stream in streams[0] + streams[1] { stream.resume(after: delay) }
        for end in 0..<2 where isOpen[end] && !isOpen[1 - end] && !isDraining[1 - end] { resetSoon(end) }
    }

    private func resetSoon(_ end: Int) {
        world.scheduler.after(.microseconds(400)) { [self] in
            guard world.isReplicationPathUp else { return }
            lose(end, "connection reset by peer")
        }
    }

    private func lose(_ end: Int, _ reason: String) {
        guard isOpen[end] else { return }
        isOpen[end] = false
        for stream in streams[0] + streams[1] { stream.clear() }
        if isKnown[end] {
            path.engine(end).hear(.connectionLost(reason: reason))
        } else {
            path.look(end)
        }
        resetSoon(1 - end)
    }
}
