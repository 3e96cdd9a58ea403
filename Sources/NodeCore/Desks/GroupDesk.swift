import ClusterModel
import Ownership

/// One group with everything that the node has under way for it.
struct GroupDesk: Sendable {
    /// A wish to start that waits for its epoch to be stored and, beside a peer, for consent.
    struct Claim: Hashable, Sendable {
        var store: StoreID
        /// The first beat that carries it; consent must have seen that one. nil before the epoch is stored: nothing is
        /// said of an epoch that a power cut could take back.
        var sequence: UInt64?
        /// The peer stopped it for us: that is its consent.
        var isGranted: Bool
    }

    /// A step under way.
    struct Step: Hashable, Sendable {
        var id: StepID
        var resource: Int
        var isStart: Bool
        var deadline: Instant
        /// For volumes: refused orders are repeated until then.
        var patienceEnds: Instant
        var order: OrderID?
        var retryAt: Instant?
        var refusal: String?
    }

    enum Probe: Hashable, Sendable {
        case none
        case asking(ProbeID)
        case quiet(at: Instant)
        case answered(HardwareAddress, at: Instant)
    }

    var machine: GroupMachine
    var claim: Claim?
    var step: Step?
    var probe = Probe.none
    /// An epoch stored ahead, because the group will probably be ours in a moment.
    var preparedEpoch: Epoch?
    /// Must be stored before the peer may know that the group is stopped here.
    var handOverStore: StoreID?
    var waiting: String?
    /// Volumes that the peer must mark outdated before this group can start here.
    var wantsOutdated: [VolumeName] = []
    var decision: Decision?
    /// Why it runs here, or ran last.
    var origin: Decision?
    var isForced = false
    /// A person asked for it to go to the peer.
    var isHandOverWanted = false
    /// The peer's machine went down with it and is up again.
    var isPeerReborn = false
    /// It was handed over to us on purpose by this incarnation of the peer: no failback before the peer restarts.
    var pinnedAgainst: UInt64?
    /// Since when a volume it needs is not primary although the group serves.
    var volumeLostAt: Instant?
    var stuckRetryAt: Instant?
    /// A failed resource that cannot be repaired yet.
    var pendingRepair: PendingRepair?

    struct PendingRepair: Hashable, Sendable {
        var resource: Int
        var reason: String
    }

    init(_ definition: GroupDefinition) {
        machine = GroupMachine(definition)
    }

    var name: GroupName { machine.definition.name }
}
