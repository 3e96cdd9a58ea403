import ClusterModel

/// One thing that goes wrong, or that a person does. Nodes, volumes and groups by number.
package enum Fault: Hashable, Sendable {
    /// The plug is pulled, and put back when the fault ends.
    case powerCut(node: Int)
    /// The kernel crashes and boots anew at once.
    case crash(node: Int)
    /// User space stands still while the kernel goes on answering.
    case hang(node: Int)
    case stallCluster(node: Int)
    case stallEngine(node: Int, volume: Int)
    case killCluster(node: Int)
    case killEngine(node: Int, volume: Int)
    /// SIGTERM to the cluster process, and a start when the fault ends.
    case restartCluster(node: Int)
    /// SIGTERM to the cluster process, then power off, and on when the fault ends.
    case shutdown(node: Int)
    /// A cable is out, both directions.
    case unplug(link: String)
    /// Only what `from` sends is lost.
    case oneWay(link: String, from: Int)
    /// Loss, duplication, reordering and damage.
    case degrade(link: String)
    /// The port or interface is gone on one machine.
    case deviceGone(link: String, node: Int)
    /// The node's cable to the LAN's switch.
    case unplugLAN(node: Int)
    case gatewayDown
    /// The replication connection breaks once.
    case connectionReset(volume: Int)
    /// Only the replication's packets are lost: a firewall.
    case replicationBlocked
    /// The wall clock jumps by that many seconds.
    case clockStep(node: Int, seconds: Int64)
    case slowDisk(node: Int, volume: Int)
    case flakyDisk(node: Int, volume: Int)
    /// The disk fails for good; a new, empty one is put in when the fault ends.
    case deadDisk(node: Int, volume: Int)
    /// No space for the state file.
    case fullRootDisk(node: Int)
    case unitCrash(node: Int, group: Int)
    case unitFailsToStart(node: Int, group: Int)
    case unitStartsSlowly(node: Int, group: Int)
    case unitHangsAtStop(node: Int, group: Int)
    /// Another host answers for the service addresses.
    case stranger
    /// Beats of another cluster, or of a machine that is not configured yet, arrive on the cable.
    case foreignBeats(link: String)
    /// A block changes on the disk without anybody being told.
    case rot(node: Int, volume: Int, block: Int)
    case standby(node: Int)
    case takeover(node: Int)
    case failback(node: Int)

    /// The word for `--faults`.
    package var kind: String {
        switch self {
        case .powerCut: "power-cut"
        case .crash: "crash"
        case .hang: "hang"
        case .stallCluster: "stall-cluster"
        case .stallEngine: "stall-engine"
        case .killCluster: "kill-cluster"
        case .killEngine: "kill-engine"
        case .restartCluster: "restart-cluster"
        case .shutdown: "shutdown"
        case .unplug: "unplug"
        case .oneWay: "one-way"
        case .degrade: "degrade"
        case .deviceGone: "device-gone"
        case .unplugLAN: "unplug-lan"
        case .gatewayDown: "gateway-down"
        case .connectionReset: "connection-reset"
        case .replicationBlocked: "replication-blocked"
        case .clockStep: "clock-step"
        case .slowDisk: "slow-disk"
        case .flakyDisk: "flaky-disk"
        case .deadDisk: "dead-disk"
        case .fullRootDisk: "full-root-disk"
        case .unitCrash: "unit-crash"
        case .unitFailsToStart: "unit-fails-to-start"
        case .unitStartsSlowly: "unit-starts-slowly"
        case .unitHangsAtStop: "unit-hangs-at-stop"
        case .stranger: "stranger"
        case .foreignBeats: "foreign-beats"
        case .rot: "rot"
        case .standby: "standby"
        case .takeover: "takeover"
        case .failback: "failback"
        }
    }
}

/// A fault with its time.
package struct PlannedFault: Hashable, Sendable, CustomStringConvertible {
    package var at: Duration
    package var duration: Duration
    package var fault: Fault

    package init(at: Duration, for duration: Duration = .zero, _ fault: Fault) {
        self.at = at
        self.duration = duration
        self.fault = fault
    }

    package var description: String {
        let start = "\(at.milliseconds / 1000).\(at.milliseconds % 1000 / 100) s"
        return duration == .zero ? "\(start): \(fault)" : "\(start), for \(duration.milliseconds) ms: \(fault)"
    }
}
