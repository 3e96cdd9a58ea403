import ClusterModel

/// What happened to a volume. The runtime hands these to `VolumeEngine.handle` one by one.
///
/// What the runtime guarantees:
/// - Effects are carried out in the order given; all effects of one event before the next event is handled.
/// - After `dropConnection`, and after `connectionLost`, no event of that connection follows any more.
/// - After `detachDisk` the data and metadata devices are not touched again; what was under way may still report,
///   or not: the engine ignores it.
/// - Packets of one socket arrive in order. A packet that carries block data comes with its payload complete.
/// - Before any metadata write begins, every write of the data device that was reported as completed is made stable
///   (a flush of the data device; with internal metadata the flush before the metadata write is the same).
///   Metadata writes are carried out one after another; each is on stable storage when it is reported.
package enum VolumeEvent: Hashable, Sendable {
    /// The disk is open and its metadata read. The first event of an engine, or a late attach.
    case attached(AttachedDisk)
    /// There is no usable disk: the engine goes on without. `reason` is a sentence for the log.
    case attachFailed(reason: String)

    case clientRequested(RequestID, ClientOperation)
    /// The client has left. Its requests are still completed, by name; nobody reads the answers.
    case clientGone([RequestID])
    /// How many clients have the device open now.
    case deviceOpened(clients: Int)
    case deviceClosed(clients: Int)

    case diskCompleted(DiskOperationID, DiskResult)
    case metadataStored(MetadataWriteID, DiskResult)

    /// Both sockets exist and P_CONNECTION_FEATURES were exchanged (and the peer authenticated, where configured).
    ///
    /// - `tieBreak`: this node accepted the meta socket (drbd-8.4 two sockets).
    /// - `features`: agreed by both.
    /// - `version`: agreed protocol version; other than 101 is refused.
    case connected(tieBreak: Bool, features: Features, version: UInt32)
    /// A packet came; `payload` is there exactly where the packet carries block data.
    case packetReceived(PeerPacket, payload: BufferID?)
    /// A packet could not be decoded: the peer does not speak as agreed. The engine drops the connection.
    case packetUnreadable(reason: String)
    /// The sockets are gone. `reason` is a sentence for the log.
    case connectionLost(reason: String)

    case timerFired(VolumeTimer)
    case ordered(OrderID, VolumeOrder)
    /// The engine's process is to end: the engine parts in order and answers with `stopped`.
    case stopRequested
}

/// The timers of an engine; each has at most one pending time.
package enum VolumeTimer: UInt8, Hashable, Sendable, CaseIterable {
    /// Time to see whether the meta socket is silent.
    case keepAlive
    /// Patience with P_PING_ACK.
    case pingAnswer
    /// Time to see whether acknowledgements are overdue.
    case requestTimeout
    /// Time to close the open epoch.
    case epochClose
    /// Time to request more resync data.
    case resyncPace
    /// Time to write bitmap pages.
    case bitmapWrite
    /// Patience with the peer's verdict on a state change, and with its closing of the sockets.
    case peerVerdict
}
