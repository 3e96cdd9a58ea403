/// Where a connection stands, resync included. Raw values as on the wire; the order carries meaning:
/// "below Connected", "from SyncSource on" appear in the rules (drbd-8.4 state model, values).
package enum ConnectionState: UInt8, Hashable, Sendable, Codable, CaseIterable, Comparable {
    /// No connection, and none is wanted.
    case standAlone = 0
    /// Being torn down on request; StandAlone follows.
    case disconnecting = 1
    /// Wanted, not tried yet.
    case unconnected = 2
    /// Lost: the peer did not answer in time.
    case timeout = 3
    /// Lost: sending failed.
    case brokenPipe = 4
    /// Lost: receiving failed.
    case networkFailure = 5
    /// Lost: the peer sent what it must not send.
    case protocolError = 6
    /// Lost: the peer is closing the connection.
    case tearDown = 7
    /// Waiting for the peer to be reachable.
    case waitForConnection = 8
    /// Both sockets exist; the handshake is under way.
    case waitForReportParams = 9
    /// Connected, and nothing to resynchronise.
    case connected = 10
    /// Full resync ordered by the administrator; this node is going to send.
    case startingSyncSource = 11
    /// Full resync ordered by the administrator; this node is going to receive.
    case startingSyncTarget = 12
    /// Bitmaps are being exchanged; this node is going to send.
    case waitForBitmapSource = 13
    /// Bitmaps are being exchanged; this node is going to receive.
    case waitForBitmapTarget = 14
    /// The target waits for the source's sync UUID.
    case waitForSyncUUID = 15
    /// Resync runs; this node sends.
    case syncSource = 16
    /// Resync runs; this node receives.
    case syncTarget = 17
    /// Online verify runs; this node asks.
    case verifySource = 18
    /// Online verify runs; this node answers.
    case verifyTarget = 19
    /// Resync interrupted by a pause flag; this node sends.
    case pausedSyncSource = 20
    /// Resync interrupted by a pause flag; this node receives.
    case pausedSyncTarget = 21
    /// Congestion: this node runs ahead and only notes what differs.
    case ahead = 22
    /// Congestion: the peer runs ahead.
    case behind = 23

    package static func < (left: ConnectionState, right: ConnectionState) -> Bool {
        left.rawValue < right.rawValue
    }
}

extension ConnectionState: CustomStringConvertible {
    /// The name as DRBD prints it.
    package var description: String {
        switch self {
        case .standAlone: "StandAlone"
        case .disconnecting: "Disconnecting"
        case .unconnected: "Unconnected"
        case .timeout: "Timeout"
        case .brokenPipe: "BrokenPipe"
        case .networkFailure: "NetworkFailure"
        case .protocolError: "ProtocolError"
        case .tearDown: "TearDown"
        case .waitForConnection: "WFConnection"
        case .waitForReportParams: "WFReportParams"
        case .connected: "Connected"
        case .startingSyncSource: "StartingSyncS"
        case .startingSyncTarget: "StartingSyncT"
        case .waitForBitmapSource: "WFBitMapS"
        case .waitForBitmapTarget: "WFBitMapT"
        case .waitForSyncUUID: "WFSyncUUID"
        case .syncSource: "SyncSource"
        case .syncTarget: "SyncTarget"
        case .verifySource: "VerifyS"
        case .verifyTarget: "VerifyT"
        case .pausedSyncSource: "PausedSyncS"
        case .pausedSyncTarget: "PausedSyncT"
        case .ahead: "Ahead"
        case .behind: "Behind"
        }
    }
}
