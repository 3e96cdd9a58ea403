import ClusterModel

/// What a volume's engine is told once, at its start. Both nodes must have equal `wireProtocol` and `splitBrain`.
package struct VolumeSettings: Hashable, Sendable {
    package var wireProtocol: WireProtocol
    package var splitBrain: SplitBrainPolicies
    package var onIOError: IOErrorPolicy
    /// Slots of the activity log (67…6433 with the standard ring).
    package var activityLogSlots: Int
    /// Upper bound of what this node asks for as resync target, bytes a second; nil: as fast as the pipe allows.
    package var resyncRate: UInt64?
    /// Resync requests in flight at most, in bytes.
    package var resyncWindow: UInt64
    /// Limits the size offered to the peer, in bytes; nil: all that is usable.
    package var sizeLimit: UInt64?
    /// Whether the engine looks for the peer at once when its disk is attached.
    package var connectsAtStart: Bool
    /// Silence on the meta socket before a ping (`ping-int`).
    package var pingInterval: Duration
    /// Patience with the answer to a ping (`ping-timeout`).
    package var pingTimeout: Duration
    /// Patience with an acknowledgement (`ko-count` times `timeout`).
    package var requestTimeout: Duration
    /// How long an epoch with completed writes may stay open; its barrier lets go of activity log extents.
    package var epochLinger: Duration
    /// How often bitmap pages are written while a resync runs.
    package var bitmapInterval: Duration

    package init(
        wireProtocol: WireProtocol = .c, splitBrain: SplitBrainPolicies = SplitBrainPolicies(),
        onIOError: IOErrorPolicy = .detach, activityLogSlots: Int = 1237, resyncRate: UInt64? = nil,
        resyncWindow: UInt64 = 16 << 20, sizeLimit: UInt64? = nil, connectsAtStart: Bool = true,
        pingInterval: Duration = .seconds(10), pingTimeout: Duration = .milliseconds(500),
        requestTimeout: Duration = .seconds(42), epochLinger: Duration = .milliseconds(50),
        bitmapInterval: Duration = .seconds(2)
    ) {
        self.wireProtocol = wireProtocol
        self.splitBrain = splitBrain
        self.onIOError = onIOError
        self.activityLogSlots = activityLogSlots
        self.resyncRate = resyncRate
        self.resyncWindow = resyncWindow
        self.sizeLimit = sizeLimit
        self.connectsAtStart = connectsAtStart
        self.pingInterval = pingInterval
        self.pingTimeout = pingTimeout
        self.requestTimeout = requestTimeout
        self.epochLinger = epochLinger
        self.bitmapInterval = bitmapInterval
    }
}

/// A disk ready for use: the runtime opened it, checked it with `MetadataChecker` and applied the activity log.
package struct AttachedDisk: Hashable, Sendable {
    /// As it lies on the disk now, after `ActivityLogRecovery`: closed, log clean.
    package var superblock: Superblock
    /// The words of the bitmap as read; the engine cuts them to the agreed size.
    package var bitmapWords: [UInt64]
    package var layout: MetadataLayout
    /// Size of the device that carries the data, in bytes.
    package var dataDeviceBytes: UInt64

    package init(superblock: Superblock, bitmapWords: [UInt64], layout: MetadataLayout, dataDeviceBytes: UInt64) {
        self.superblock = superblock
        self.bitmapWords = bitmapWords
        self.layout = layout
        self.dataDeviceBytes = dataDeviceBytes
    }
}
