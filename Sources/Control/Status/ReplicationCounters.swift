/// DRBD's counters of one volume, under the letters an administrator knows from `/proc/drbd`.
package struct ReplicationCounters: Hashable, Sendable, Codable {
    /// Sent over the network, KiB (`ns`).
    package var networkSent: UInt64 = 0
    /// Received over the network, KiB (`nr`).
    package var networkReceived: UInt64 = 0
    /// Written to the local disk, KiB (`dw`).
    package var diskWritten: UInt64 = 0
    /// Read from the local disk, KiB (`dr`).
    package var diskRead: UInt64 = 0
    /// Writes of the activity log (`al`).
    package var activityLogWrites: UInt64 = 0
    /// Writes of the bitmap (`bm`).
    package var bitmapWrites: UInt64 = 0
    /// Local requests open (`lo`).
    package var localOpen: UInt64 = 0
    /// Requests sent to the peer and not answered yet (`pe`).
    package var pendingAtPeer: UInt64 = 0
    /// The peer's requests that we have not answered yet (`ua`).
    package var unacknowledged: UInt64 = 0
    /// Application requests not answered yet (`ap`).
    package var applicationPending: UInt64 = 0
    /// Write epochs open (`ep`).
    package var epochs: UInt64 = 0
    /// KiB known to differ from the peer (`oos`).
    package var outOfSync: UInt64 = 0

    package init() {}

    private enum CodingKeys: String, CodingKey {
        case networkSent = "ns"
        case networkReceived = "nr"
        case diskWritten = "dw"
        case diskRead = "dr"
        case activityLogWrites = "al"
        case bitmapWrites = "bm"
        case localOpen = "lo"
        case pendingAtPeer = "pe"
        case unacknowledged = "ua"
        case applicationPending = "ap"
        case epochs = "ep"
        case outOfSync = "oos"
    }

    /// Letters and values in the order of `/proc/drbd`.
    package var inOrder: [(letters: String, value: UInt64)] {
        [
            ("ns", networkSent), ("nr", networkReceived), ("dw", diskWritten), ("dr", diskRead),
            ("al", activityLogWrites), ("bm", bitmapWrites), ("lo", localOpen), ("pe", pendingAtPeer),
            ("ua", unacknowledged), ("ap", applicationPending), ("ep", epochs), ("oos", outOfSync),
        ]
    }
}
