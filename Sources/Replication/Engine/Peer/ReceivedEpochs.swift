/// The epochs of writes that came from the peer (drbd-8.4 epochs).
///
/// An epoch is acknowledged when the peer has closed it, all its writes and those of older ones are done, and the
/// disk was flushed after that.
struct ReceivedEpochs: Sendable {
    private struct Epoch: Sendable {
        let number: UInt64
        /// What the peer closed it with.
        var handle: UInt32?
        var writes: UInt32 = 0
        var pending: UInt32 = 0
    }

    private var epochs: [Epoch] = [Epoch(number: 0)]
    /// Epochs covered by the flush under way.
    private var flushing = 0

    /// Writes were done since the last flush that covered them all.
    private(set) var hasUnflushed = false

    /// Counts a write; returns the epoch it belongs to.
    mutating func add() -> UInt64 {
        let last = epochs.count - 1
        epochs[last].writes += 1
        epochs[last].pending += 1
        hasUnflushed = true
        return epochs[last].number
    }

    /// A write is done, well or badly.
    mutating func finish(_ number: UInt64) {
        guard let index = epochs.firstIndex(where: { $0.number == number }), epochs[index].pending > 0 else {
            preconditionFailure("epoch \(number) has no write under way")
        }
        epochs[index].pending -= 1
    }

    /// The peer ended the epoch.
    mutating func close(handle: UInt32) {
        let last = epochs.count - 1
        epochs[last].handle = handle
        epochs.append(Epoch(number: epochs[last].number + 1))
    }

    /// Whether a flush is due now; it covers all epochs that are complete at this moment.
    mutating func beginFlush() -> Bool {
        guard flushing == 0 else { return false }
        flushing = epochs.prefix { $0.handle != nil && $0.pending == 0 }.count
        return flushing > 0
    }

    /// The flush is done; returns what to acknowledge, in order.
    mutating func endFlush() -> [BarrierAck] {
        let done = epochs.prefix(flushing)
        epochs.removeFirst(flushing)
        flushing = 0
        if epochs.count == 1, epochs[0].writes == 0 { hasUnflushed = false }
        return done.map { BarrierAck(handle: $0.handle ?? 0, writes: $0.writes) }
    }

    /// What was left of the connection that is gone is on stable storage.
    mutating func settleLeftovers() {
        self = ReceivedEpochs()
    }

    /// A new connection counts anew; what is not flushed stays known.
    mutating func restart() {
        let hasUnflushed = hasUnflushed
        self = ReceivedEpochs()
        self.hasUnflushed = hasUnflushed
    }
}
