import ClusterModel
import NodeCore
import Replication

/// What happened, line by line, for a person: the last lines only, and nothing at all unless it is switched on.
package final class Trace {
    package let isOn: Bool
    private let capacity: Int
    private var lines: [String] = []
    /// Also every beat, packet and timer.
    private let isDetailed: Bool

    package init(isOn: Bool, capacity: Int = 400, isDetailed: Bool = false) {
        self.isOn = isOn
        self.capacity = capacity
        self.isDetailed = isDetailed
    }

    package var story: [String] { Array(lines.suffix(capacity)) }

    func add(_ time: Instant, _ text: String) {
        guard isOn else { return }
        lines.append("\(Self.clock(time))  \(text)")
        if lines.count > 2 * capacity { lines.removeFirst(lines.count - capacity) }
    }

    func node(_ time: Instant, _ name: NodeName, _ event: NodeEvent) {
        guard isOn else { return }
        switch event {
        case .heartbeatReceived, .timerFired, .pingAnswered:
            if isDetailed { add(time, "\(name) node ← \(event)") }
        case .volumeReported(let volume, let report):
            add(time, "\(name) node ← \(volume): \(report.map(Self.text) ?? "no engine")")
        case .started(let stored, _, _):
            add(time, "\(name) node ← started with \(stored)")
        default:
            add(time, "\(name) node ← \(event)")
        }
    }

    func node(_ time: Instant, _ name: NodeName, _ effect: NodeEffect) {
        guard isOn else { return }
        switch effect {
        case .sendHeartbeat, .armTimer, .cancelTimer, .feedWatchdog:
            if isDetailed { add(time, "\(name) node → \(effect)") }
        case .log(let level, let text):
            add(time, "\(name) node says (\(level)): \(text)")
        case .storeState(let id, let state):
            add(
                time,
                "\(name) node → store \(id.number): epoch \(state.epoch) \(state.groups.map { "\($0.group) \($0.phase)" })"
            )
        default:
            add(time, "\(name) node → \(effect)")
        }
    }

    func volume(_ time: Instant, _ name: NodeName, _ volume: Int, _ event: VolumeEvent) {
        guard isOn else { return }
        switch event {
        case .packetReceived(let packet, _):
            let isState = [.state, .uuids, .stateChangeRequest, .stateChangeReply].contains(packet.command)
            if isDetailed || isState { add(time, "\(name) engine \(volume) ← \(packet)") }
        case .diskCompleted(_, .success), .metadataStored(_, .success), .timerFired, .clientRequested:
            if isDetailed { add(time, "\(name) engine \(volume) ← \(event)") }
        case .attached(let disk):
            add(time, "\(name) engine \(volume) ← attached \(disk.superblock.generations) \(disk.superblock.flags)")
        default:
            add(time, "\(name) engine \(volume) ← \(event)")
        }
    }

    func volume(_ time: Instant, _ name: NodeName, _ volume: Int, _ effect: VolumeEffect) {
        guard isOn else { return }
        switch effect {
        case .log(let entry):
            add(time, "\(name) engine \(volume) says: \(entry.text)")
        case .completeRequest(_, .failed), .completeOrder, .dropConnection, .closeConnection, .openConnection,
            .detachDisk,
            .panic, .stopped:
            add(time, "\(name) engine \(volume) → \(effect)")
        case .storeSuperblock(_, let superblock):
            add(time, "\(name) engine \(volume) → store \(superblock.generations) \(superblock.flags)")
        default:
            if isDetailed { add(time, "\(name) engine \(volume) → \(effect)") }
        }
    }

    private static func text(_ report: VolumeReport) -> String {
        "\(report.isPrimary ? "primary" : "secondary")\(report.isFrozen ? " FROZEN" : "") \(report.copy)/\(report.peerCopy) "
            + "\(report.replication)\(report.isSplitBrain ? " SPLIT BRAIN" : "") \(report.outOfSyncBytes) out of sync"
    }

    /// Seconds with six digits.
    package static func clock(_ time: Instant) -> String {
        let micro = time.nanoseconds / 1000
        let rest = String(micro % 1_000_000)
        return String(micro / 1_000_000) + "." + String(repeating: "0", count: 6 - rest.count) + rest
    }
}
