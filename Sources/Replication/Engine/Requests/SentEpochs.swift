/// The epochs of writes sent to the peer (drbd-8.4 epochs).
///
/// An epoch is closed by P_BARRIER and settled by P_BARRIER_ACK, which must name the oldest one and its exact count.
struct SentEpochs: Sendable {
    struct Epoch: Hashable, Sendable {
        let handle: UInt32
        var writes: [UInt64] = []
    }

    /// Writes in one epoch at most; the driver's default (`max-epoch-size`).
    static let capacity = 2048

    private var open = Epoch(handle: 1)
    private var closed = Queue<Epoch>()

    var isOpenEpochEmpty: Bool { open.writes.isEmpty }
    var isOpenEpochFull: Bool { open.writes.count >= Self.capacity }
    /// Epochs that hold writes and are not acknowledged.
    var count: Int { closed.count + (open.writes.isEmpty ? 0 : 1) }
    var areAllAcknowledged: Bool { count == 0 }
    /// The youngest epoch whose barrier is sent and not acknowledged.
    var youngestClosed: UInt32? { closed.all.last?.handle }

    mutating func add(_ write: UInt64) {
        open.writes.append(write)
    }

    /// Ends the open epoch; returns the handle of the barrier to send, nil where it has no writes.
    mutating func close() -> UInt32? {
        guard !open.writes.isEmpty else { return nil }
        let handle = open.handle
        closed.append(open)
        open = Epoch(handle: handle &+ 1)
        return handle
    }

    /// The peer settled an epoch; returns its writes, or nil where handle or count are wrong.
    mutating func acknowledge(_ ack: BarrierAck) -> [UInt64]? {
        guard let oldest = closed.first, oldest.handle == ack.handle, oldest.writes.count == ack.writes else {
            return nil
        }
        _ = closed.popFirst()
        return oldest.writes
    }

    /// The connection is gone; returns the writes of all epochs that were not settled, oldest first.
    mutating func abandon() -> [UInt64] {
        let writes = closed.removeAll().flatMap(\.writes) + open.writes
        open = Epoch(handle: open.handle &+ 1)
        return writes
    }
}
