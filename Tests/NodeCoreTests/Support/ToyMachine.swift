import ClusterModel
import NodeCore

/// One toy server: its processes, what runs on it, what its disk keeps.
struct ToyMachine {
    let name: NodeName
    var isPowered = false
    var boot: UInt64 = 0
    /// nil: `bascule run` does not run.
    var node: Node?
    var stored = StoredState()
    var engines: [VolumeName: ToyEngine] = [:]
    /// Resources that run, as `group/index`.
    var running: Set<String> = []
    var timers: [NodeTimer: Instant] = [:]
    /// Counts runs of the process, so that answers to an earlier one are dropped.
    var run = 0
    var isPinging = false
    var pingInterval = Duration.seconds(1)
    var lastFed: Instant?
    /// The address was announced from here last.
    var announcements = 0
    var hasLAN = true
    var log: [String] = []

    init(_ name: NodeName) {
        self.name = name
    }
}

/// How a resource behaves when it is started or stopped.
enum ToyBehaviour: Hashable {
    case works
    case fails(String)
    /// Never answers; the brain's own time-out has to end it.
    case hangs
}
