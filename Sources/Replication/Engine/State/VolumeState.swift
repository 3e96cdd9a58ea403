/// The state of a volume as one node sees it (drbd-8.4 state model).
struct VolumeState: Hashable, Sendable {
    var role: Role = .secondary
    var peerRole: Role = .unknown
    var connection: ConnectionState = .standAlone
    var disk: DiskState = .diskless
    var peerDisk: DiskState = .unknown
    /// The administrator paused the resync here (`user_isp`).
    var isPausedByUser = false
    /// The peer asked to pause (`peer_isp`).
    var isPausedByPeer = false

    var isConnected: Bool { connection >= .connected }

    /// Both sockets exist, but it is not settled yet who sends what to whom.
    var isInHandshake: Bool { connection == .waitForReportParams }

    /// Rule R2, fencing `resource-and-stonith`: a Primary that lost a peer whose copy may serve holds its writes
    /// back until it hears that this copy cannot.
    var isFrozen: Bool { role == .primary && !isConnected && !isPeerUnableToServe && disk > .failed }

    /// The peer's copy is known to be of no use: a write may complete without it.
    var isPeerUnableToServe: Bool { peerDisk <= .outdated }

    /// Whether application writes are sent to the peer (drbd-8.4 a write, protocol C).
    var isMirroring: Bool {
        guard isConnected else { return false }
        if peerDisk == .upToDate { return true }
        return peerDisk >= .inconsistent && connection >= .waitForBitmapTarget && connection < .ahead
    }

    /// Blocks that differ are being exchanged, or are about to.
    var isResyncing: Bool {
        switch connection {
        case .startingSyncSource, .startingSyncTarget, .waitForBitmapSource, .waitForBitmapTarget, .waitForSyncUUID,
            .syncSource, .syncTarget, .pausedSyncSource, .pausedSyncTarget, .ahead, .behind:
            true
        case .standAlone, .disconnecting, .unconnected, .timeout, .brokenPipe, .networkFailure, .protocolError,
            .tearDown, .waitForConnection, .waitForReportParams, .connected, .verifySource, .verifyTarget:
            false
        }
    }

    var isSyncSource: Bool { connection == .syncSource || connection == .pausedSyncSource }
    var isSyncTarget: Bool { connection == .syncTarget || connection == .pausedSyncTarget }

    /// As it goes over the wire.
    var word: StateWord {
        var flags: StateWord.Flags = []
        if isPausedByUser { flags.insert(.pausedByUser) }
        if isPausedByPeer { flags.insert(.pausedByPeer) }
        if isFrozen { flags.insert(.suspendedFencing) }
        return StateWord(
            role: role, peerRole: peerRole, connection: connection, disk: disk, peerDisk: peerDisk, flags: flags)
    }
}

extension VolumeState: CustomStringConvertible {
    var description: String { word.description }
}
