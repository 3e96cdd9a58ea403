/// The counters of `/proc/drbd`. Amounts in KiB, the rest are numbers (drbd-8.4 what users look at).
package struct VolumeCounters: Hashable, Sendable {
    /// Sent to the peer (`ns`).
    package var networkSent: UInt64 = 0
    /// Received from the peer (`nr`).
    package var networkReceived: UInt64 = 0
    /// Written to the own disk (`dw`).
    package var diskWritten: UInt64 = 0
    /// Read from the own disk (`dr`).
    package var diskRead: UInt64 = 0
    /// Writes of the activity log (`al`).
    package var activityLogWrites: UInt64 = 0
    /// Writes of the bitmap (`bm`).
    package var bitmapWrites: UInt64 = 0
    /// Requests to the own disk under way (`lo`).
    package var localPending: UInt64 = 0
    /// Requests the peer has not answered (`pe`).
    package var peerPending: UInt64 = 0
    /// The peer's requests not yet answered (`ua`).
    package var unacknowledged: UInt64 = 0
    /// Clients' requests under way (`ap`).
    package var clientPending: UInt64 = 0
    /// Epochs not yet acknowledged (`ep`).
    package var epochs: UInt64 = 0
    /// Out of sync (`oos`).
    package var outOfSync: UInt64 = 0

    package init() {}
}

/// How far a resync has come.
package struct ResyncProgress: Hashable, Sendable {
    /// Out of sync when it began, in bytes.
    package var totalBytes: UInt64
    /// Still to do, in bytes.
    package var remainingBytes: UInt64
    /// Could not be read or written, in bytes.
    package var failedBytes: UInt64
    package var isPaused: Bool

    package init(totalBytes: UInt64, remainingBytes: UInt64, failedBytes: UInt64, isPaused: Bool) {
        self.totalBytes = totalBytes
        self.remainingBytes = remainingBytes
        self.failedBytes = failedBytes
        self.isPaused = isPaused
    }
}
