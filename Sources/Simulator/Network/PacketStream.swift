import ClusterModel
import Replication

/// One direction of one TCP connection: packets arrive in order, or wait while the path is down.
final class PacketStream {
    struct Item {
        var arrival: Instant
        var packet: PeerPacket
        var tokens: [UInt64]?
    }

    private var items: [Item] = []
    private var head = 0
    private var lastArrival = Instant.origin
    private var isPumping = false
    private unowned let world: World
    private let deliver: (PeerPacket, [UInt64]?) -> Void
    private let isPassing: () -> Bool

    init(in world: World, isPassing: @escaping () -> Bool, deliver: @escaping (PeerPacket, [UInt64]?) -> Void) {
        self.world = world
        self.isPassing = isPassing
        self.deliver = deliver
    }

    var isEmpty: Bool { head == items.count }

    func append(_ packet: PeerPacket, _ tokens: [UInt64]?, arrival: Instant) {
        lastArrival = max(lastArrival, arrival)
        items.append(Item(arrival: lastArrival, packet: packet, tokens: tokens))
        pump(at: items[head].arrival)
    }

    /// The path works again: what waited is sent anew.
    func resume(after delay: Duration) {
        guard !isEmpty else { return }
        pump(at: max(items[head].arrival, world.now + delay))
    }

    func clear() {
        items = []
        head = 0
    }

    private func pump(at time: Instant) {
        guard !isPumping, isPassing() else { return }
        isPumping = true
        world.scheduler.at(time) { [self] in
            isPumping = false
            guard !isEmpty, isPassing() else { return }
            take()
            if !isEmpty { pump(at: items[head].arrival) }
        }
    }

    private func take() {
        let item = items[head]
        head += 1
        if head > 256 {
            items.removeFirst(head)
            head = 0
        }
        deliver(item.packet, item.tokens)
    }
}
