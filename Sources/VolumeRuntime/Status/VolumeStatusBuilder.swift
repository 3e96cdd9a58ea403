import ClusterModel
import Control
import Replication

/// Says in DRBD's words what an engine's state is (drbd-8.4, what users look at).
struct VolumeStatusBuilder {
    var name: VolumeName
    var wireProtocol: WireProtocol
    var device: String?
    /// Bytes; 0 while unknown.
    var size: UInt64
    var word: StateWord
    var report: VolumeReport
    var counters: VolumeCounters
    var generations: GenerationUUIDs?
    var resync: Control.ResyncProgress?
    /// Why the disk could not be used at start, or empty.
    var diskTrouble: String

    var document: VolumeStatusDocument {
        VolumeStatusDocument(
            name: name, device: device, size: size == 0 ? nil : size, role: role(word.role),
            peerRole: role(word.peerRole),
            connection: connection(word.connection), disk: disk(word.disk), peerDisk: disk(word.peerDisk),
            wireProtocol: wireProtocol, isFrozen: report.isFrozen, reason: reason, counters: counted,
            resync: resync, generations: generations.map(texts) ?? [])
    }

    private var reason: String {
        if !diskTrouble.isEmpty { return diskTrouble }
        if report.isSplitBrain { return "both copies were written apart: a person must say which one to keep" }
        if report.isFrozen { return "writes wait until the cluster has settled that the other node cannot serve" }
        return ""
    }

    private var counted: ReplicationCounters {
        var result = ReplicationCounters()
        result.networkSent = counters.networkSent
        result.networkReceived = counters.networkReceived
        result.diskWritten = counters.diskWritten
        result.diskRead = counters.diskRead
        result.activityLogWrites = counters.activityLogWrites
        result.bitmapWrites = counters.bitmapWrites
        result.localOpen = counters.localPending
        result.pendingAtPeer = counters.peerPending
        result.unacknowledged = counters.unacknowledged
        result.applicationPending = counters.clientPending
        result.epochs = counters.epochs
        result.outOfSync = report.outOfSyncBytes / 1024
        return result
    }

    private func texts(_ generations: GenerationUUIDs) -> [String] {
        [generations.current, generations.bitmap, generations.historyStart, generations.historyEnd].map(\.description)
    }

    // The words are the same on both sides; a test holds every one against the other.

    private func role(_ role: Role) -> VolumeStatusDocument.Role {
        .init(rawValue: role.description) ?? .unknown
    }

    private func disk(_ disk: DiskState) -> VolumeStatusDocument.Disk {
        .init(rawValue: disk.description) ?? .unknown
    }

    private func connection(_ state: ConnectionState) -> VolumeStatusDocument.Connection {
        .init(rawValue: state.description) ?? .unconnected
    }
}
