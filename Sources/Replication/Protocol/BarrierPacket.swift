/// The end of an epoch: what follows may depend on all writes before it (`p_barrier`).
package struct BarrierPacket: Hashable, Sendable {
    /// The sender's name for the epoch; any number.
    package var handle: UInt32

    package init(handle: UInt32) {
        self.handle = handle
    }
}

/// An epoch is complete and flushed (`p_barrier_ack`). The peer checks order and count strictly.
package struct BarrierAck: Hashable, Sendable {
    /// The barrier's, echoed.
    package var handle: UInt32
    /// How many writes the epoch had, those answered negatively included.
    package var writes: UInt32

    package init(handle: UInt32, writes: UInt32) {
        self.handle = handle
        self.writes = writes
    }
}
