/// What a `GroupMachine` wants done or made known, in order.
package enum GroupAction: Hashable, Sendable {
    case start(Int)
    case stop(Int)
    case monitor(Int, isOn: Bool)
    /// Everything runs.
    case served
    /// Nothing runs any more.
    case stopped(StopReason)
    /// A start failed; what was started is being stopped.
    case startFailed(Int, String)
    /// A stop failed: something may still run.
    case becameStuck(Int, String)
}

/// Why a group is stopped here.
package enum StopReason: Hashable, Sendable {
    /// The other node takes it: planned.
    case handOver
    /// The node goes down in order.
    case leaving
    /// The other node serves it with the better right.
    case lostDuel
    /// Total silence, and nobody outside answers (R4), or the owner's choice (R5).
    case isolated
    case startFailed(String)
    /// It failed again while it served, and the other node can take it.
    case failedAgain(String)
    /// Something an earlier incarnation was stopping, or could not stop.
    case leftBehind

    /// Whether, and why, this node should not start it again by itself.
    package var disability: String? {
        switch self {
        case .startFailed(let reason), .failedAgain(let reason): reason
        case .handOver, .leaving, .lostDuel, .isolated, .leftBehind: nil
        }
    }
}
