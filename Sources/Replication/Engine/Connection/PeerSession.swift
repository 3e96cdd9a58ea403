import ClusterModel

/// What one connection to the peer has brought so far; gone with it.
struct PeerSession: Sendable {
    /// Tells this connection from former ones.
    let number: UInt64
    let hasTieBreak: Bool
    let features: Features

    /// The own handshake packets are sent.
    var isGreeted = false
    /// Packets that came before that, to be taken afterwards.
    var early: [PeerPacket] = []

    /// The peer's settings were compared and are the same.
    var hasProtocol = false
    var peerSizes: SizesPacket?
    var peerUUIDs: UUIDsPacket?
    /// The peer's copy was declared current although both were Inconsistent: decide anew who is the source.
    var isPeerForced = false
    /// P_SYNC_UUID came while this copy was still being marked.
    var earlySyncUUID: UInt64?
    private var sequence: UInt32 = 0

    /// The request that waits for the peer's verdict.
    var consent: ConsentRequest?
    /// What each P_PING without an answer is for, oldest first.
    var pingSteps: [PingStep] = []
    var lastHeard: Instant
    /// Acknowledgements that came since the last look, for patience.
    var hasProgress = false

    var bitmapReceiver: BitmapReceiver?
    /// As target: this copy is marked Outdated on stable storage.
    var isTargetMarked = false
    var isBitmapSent = false
    /// The peer says it has finished the resync; bits of writes under way are still set here.
    var isResyncEndDue = false

    init(number: UInt64, hasTieBreak: Bool, features: Features, now: Instant) {
        self.number = number
        self.hasTieBreak = hasTieBreak
        self.features = features
        lastHeard = now
    }

    mutating func nextSequence() -> UInt32 {
        sequence &+= 1
        return sequence
    }
}

/// What goes on once the peer has answered a ping: all its acknowledgements sent before have arrived, and ours there.
enum PingStep: Hashable, Sendable {
    case none
    case finishAsTarget
}

/// A change that this node asked the peer's consent for (drbd-8.4 asking the peer).
struct ConsentRequest: Hashable, Sendable {
    enum Purpose: Hashable, Sendable {
        case promote(isForced: Bool)
        case invalidate
        /// `order` is nil where the engine stops.
        case disconnect
    }

    let purpose: Purpose
    let order: OrderID?
}
