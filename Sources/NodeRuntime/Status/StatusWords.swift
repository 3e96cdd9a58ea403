import ClusterModel
import Control
import NodeCore

extension LinkKind {
    var word: String {
        switch self {
        case .udp: "udp"
        case .serial: "serial"
        }
    }
}

extension LinkEntry.State {
    init(_ state: NodeCore.LinkStatus.State) {
        self =
            switch state {
            case .unheard: .unknown
            case .up: .up
            case .late: .late
            case .silent: .dead
            case .faulty: .failed
            }
    }
}

extension ResourceEntry.State {
    init(_ state: ResourceStatus.State) {
        self =
            switch state {
            case .stopped: .stopped
            case .starting: .starting
            case .started: .running
            case .stopping: .stopping
            case .failed: .failed
            }
    }
}

extension VolumeStatusDocument {
    /// What is known of a volume whose engine has not told its state in full.
    init(_ status: NodeCore.VolumeStatus, wireProtocol: WireProtocol?) {
        let report = status.report
        self.init(
            name: status.name, role: report.map { $0.isPrimary ? .primary : .secondary } ?? .unknown,
            peerRole: status.peerReport.map { $0.isPrimary ? .primary : .secondary } ?? .unknown,
            connection: report.map { Connection($0.replication) } ?? .unconnected,
            disk: Disk(report?.copy ?? .unknown), peerDisk: Disk(report?.peerCopy ?? .unknown),
            wireProtocol: wireProtocol ?? .c, isFrozen: report?.isFrozen ?? false)
        counters.outOfSync = (report?.outOfSyncBytes ?? 0) / 1024
    }
}

extension VolumeStatusDocument.Connection {
    init(_ replication: VolumeReport.Replication) {
        self =
            switch replication {
            case .standAlone: .standAlone
            case .disconnected: .wfConnection
            case .connected: .connected
            case .resyncSource: .syncSource
            case .resyncTarget: .syncTarget
            }
    }
}

extension VolumeStatusDocument.Disk {
    init(_ copy: CopyState) {
        self =
            switch copy {
            case .unknown: .unknown
            case .missing: .diskless
            case .inconsistent: .inconsistent
            case .outdated: .outdated
            case .consistent: .consistent
            case .upToDate: .upToDate
            }
    }
}
