import ClusterModel

/// One volume as its engine sees it, in DRBD's words (drbd-8.4, "what users look at" and "state model").
package struct VolumeStatusDocument: Hashable, Sendable, Codable {
    package enum Role: String, Hashable, Sendable, Codable, CaseIterable {
        case unknown = "Unknown"
        case primary = "Primary"
        case secondary = "Secondary"
    }

    package enum Disk: String, Hashable, Sendable, Codable, CaseIterable {
        case diskless = "Diskless"
        case attaching = "Attaching"
        case failed = "Failed"
        case negotiating = "Negotiating"
        case inconsistent = "Inconsistent"
        case outdated = "Outdated"
        case unknown = "DUnknown"
        case consistent = "Consistent"
        case upToDate = "UpToDate"
    }

    package enum Connection: String, Hashable, Sendable, Codable, CaseIterable {
        case standAlone = "StandAlone"
        case disconnecting = "Disconnecting"
        case unconnected = "Unconnected"
        case timeout = "Timeout"
        case brokenPipe = "BrokenPipe"
        case networkFailure = "NetworkFailure"
        case protocolError = "ProtocolError"
        case tearDown = "TearDown"
        case wfConnection = "WFConnection"
        case wfReportParams = "WFReportParams"
        case connected = "Connected"
        case startingSyncSource = "StartingSyncS"
        case startingSyncTarget = "StartingSyncT"
        case wfBitmapSource = "WFBitMapS"
        case wfBitmapTarget = "WFBitMapT"
        case wfSyncUUID = "WFSyncUUID"
        case syncSource = "SyncSource"
        case syncTarget = "SyncTarget"
        case verifySource = "VerifyS"
        case verifyTarget = "VerifyT"
        case pausedSyncSource = "PausedSyncS"
        case pausedSyncTarget = "PausedSyncT"
        case ahead = "Ahead"
        case behind = "Behind"
    }

    package var name: VolumeName
    /// The block device offered to the kernel, e.g. `/dev/bascule/data`; nil while secondary.
    package var device: String?
    /// Usable bytes; nil while unknown.
    package var size: UInt64?
    package var role: Role
    package var peerRole: Role
    package var connection: Connection
    package var disk: Disk
    package var peerDisk: Disk
    package var wireProtocol: WireProtocol
    /// Whether writes are held (rule R2).
    package var isFrozen: Bool
    /// Why writes are held, or why the volume is otherwise not as one wants it, or empty.
    package var reason: String
    package var counters: ReplicationCounters
    /// Present while a resync or verify runs or is paused.
    package var resync: ResyncProgress?
    /// Current, bitmap and two history generation UUIDs, 16 hexadecimal digits each; empty if unknown.
    package var generations: [String]

    package init(
        name: VolumeName, device: String? = nil, size: UInt64? = nil, role: Role, peerRole: Role,
        connection: Connection, disk: Disk, peerDisk: Disk, wireProtocol: WireProtocol = .c, isFrozen: Bool = false,
        reason: String = "", counters: ReplicationCounters = ReplicationCounters(), resync: ResyncProgress? = nil,
        generations: [String] = []
    ) {
        self.name = name
        self.device = device
        self.size = size
        self.role = role
        self.peerRole = peerRole
        self.connection = connection
        self.disk = disk
        self.peerDisk = peerDisk
        self.wireProtocol = wireProtocol
        self.isFrozen = isFrozen
        self.reason = reason
        self.counters = counters
        self.resync = resync
        self.generations = generations
    }
}
