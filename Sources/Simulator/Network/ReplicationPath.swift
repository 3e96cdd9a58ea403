import ClusterModel
import Replication

/// What lies between the two engines of one volume: who looks for whom, the connection, and the bandwidth.
final class ReplicationPath {
    private unowned let world: World
    let volume: Int
    private(set) var isLooking = [false, false]
    private(set) var connection: ReplicationConnection?
    private var dice: Dice
    private var busyUntil = [Instant.origin, Instant.origin]
    private var wasUp = true
    private var isAttempting = false

    /// Between two attempts to connect.
    private static let pause = Duration.milliseconds(700)

    init(in world: World, volume: Int) {
        self.world = world
        self.volume = volume
        dice = Dice(seed: world.settings.seed, "replication \(volume)")
    }

    func engine(_ end: Int) -> EngineProcess { world.machines[end].engines[volume] }

    // MARK: Looking for each other

    func look(_ end: Int) {
        isLooking[end] = true
        attemptLater()
    }

    func stopLooking(_ end: Int) {
        isLooking[end] = false
    }

    private func attemptLater() {
        guard !isAttempting else { return }
        isAttempting = true
        world.scheduler.after(dice.duration(.milliseconds(5)...Self.pause)) { [self] in
            isAttempting = false
            attempt()
        }
    }

    private func attempt() {
        guard isLooking[0] && isLooking[1] else { return }
        guard world.isReplicationPathUp, engine(0).isResponsive, engine(1).isResponsive else { return attemptLater() }
        isLooking = [false, false]
        let connection = ReplicationConnection(in: world, self, tieBreak: dice.below(2))
        self.connection = connection
        for end in 0..<2 {
            let delay = dice.duration(.microseconds(300)...(.milliseconds(3)))
            world.scheduler.after(delay) { [self] in establish(connection, end) }
        }
    }

    /// The features arrive, or never do: then this end looks again, and the other finds out by itself.
    private func establish(_ connection: ReplicationConnection, _ end: Int) {
        guard self.connection === connection, connection.isOpen[end] else { return }
        guard world.isReplicationPathUp, connection.isOpen[1 - end] else {
            connection.close(end, drains: false)
            return look(end)
        }
        connection.becomeKnown(to: end)
    }

    // MARK: What the engines do

    func send(_ packet: PeerPacket, _ tokens: [UInt64]?, from end: Int) {
        connection?.send(packet, tokens, from: end)
    }

    func close(_ end: Int, drains: Bool) {
        isLooking[end] = false
        connection?.close(end, drains: drains)
    }

    func vanish(_ end: Int) {
        isLooking[end] = false
        connection?.vanish(end)
    }

    func reset() {
        connection?.reset()
    }

    /// When `bytes` sent now are there: they queue behind what is under way in the same direction.
    func arrival(of bytes: Int, from end: Int) -> Instant {
        let quality = world.cable(world.settings.topology.replicationLink)?.quality ?? .ethernet
        let start = max(busyUntil[end], world.now)
        let wire = Int64(bytes) * 1_000_000_000 / Int64(quality.bytesPerSecond)
        busyUntil[end] = start + .nanoseconds(wire)
        var delay = quality.delay + dice.duration(.zero...quality.jitter)
        // A lost segment costs a retransmission.
        if dice.happens(perMillion: quality.loss + quality.corruption) { delay += .milliseconds(210) }
        return busyUntil[end] + delay
    }

    func pathChanged() {
        let isUp = world.isReplicationPathUp
        defer { wasUp = isUp }
        guard isUp, !wasUp else { return }
        connection?.pathChanged(restoredAfter: dice.duration(.milliseconds(200)...(.seconds(3))))
    }
}
