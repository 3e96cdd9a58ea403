/// What a state implies (drbd-8.4 implied corrections), and what a wish is refused for (drbd-8.4 refusals).
enum StateRules {
    /// The state that follows when `state` is wished for.
    ///
    /// - Parameter recordedDisk: what the own disk was when it was attached, for one that is still negotiating.
    static func corrected(_ state: VolumeState, recordedDisk: DiskState) -> VolumeState {
        var state = state
        if !state.isConnected { forgetPeer(&state, recordedDisk: recordedDisk) }
        if state.connection > .connected, state.disk <= .failed || state.peerDisk <= .failed {
            state.connection = .connected
        }
        if state.connection == .connected { settleCopies(&state) }
        clamp(&state)
        pauseOrResume(&state)
        return state
    }

    private static func forgetPeer(_ state: inout VolumeState, recordedDisk: DiskState) {
        state.peerRole = .unknown
        state.isPausedByPeer = false
        if state.peerDisk != .inconsistent, state.peerDisk != .outdated { state.peerDisk = .unknown }
        if state.disk == .negotiating { state.disk = recordedDisk }
    }

    /// Two copies that were compared and found equal are both current. Where the peer has none there was nothing to
    /// compare with, so an own copy that may be old stays what it is: stricter than the driver.
    private static func settleCopies(_ state: inout VolumeState) {
        let mayBeCurrent: (DiskState) -> Bool = { $0 == .consistent || $0 == .outdated }
        guard state.disk >= .inconsistent, state.peerDisk >= .inconsistent else { return }
        if mayBeCurrent(state.disk) { state.disk = .upToDate }
        if mayBeCurrent(state.peerDisk) { state.peerDisk = .upToDate }
    }

    private static func clamp(_ state: inout VolumeState) {
        guard let (own, peer) = bounds(state.connection) else { return }
        state.disk = min(max(state.disk, own.lowerBound), own.upperBound)
        state.peerDisk = min(max(state.peerDisk, peer.lowerBound), peer.upperBound)
    }

    /// What the own and the peer's disk can be in a state of the connection; nil where anything can.
    private static func bounds(_ connection: ConnectionState) -> (ClosedRange<DiskState>, ClosedRange<DiskState>)? {
        switch connection {
        case .waitForBitmapTarget, .startingSyncTarget, .waitForSyncUUID, .pausedSyncTarget, .behind:
            (.inconsistent ... .outdated, .upToDate ... .upToDate)
        case .syncTarget: (.inconsistent ... .inconsistent, .upToDate ... .upToDate)
        case .waitForBitmapSource, .startingSyncSource, .pausedSyncSource, .ahead:
            (.upToDate ... .upToDate, .inconsistent ... .consistent)
        case .syncSource: (.upToDate ... .upToDate, .inconsistent ... .inconsistent)
        case .verifySource, .verifyTarget: (.upToDate ... .upToDate, .upToDate ... .upToDate)
        case .standAlone, .disconnecting, .unconnected, .timeout, .brokenPipe, .networkFailure, .protocolError,
            .tearDown, .waitForConnection, .waitForReportParams, .connected:
            nil
        }
    }

    private static func pauseOrResume(_ state: inout VolumeState) {
        let isPaused = state.isPausedByUser || state.isPausedByPeer
        switch state.connection {
        case .syncSource where isPaused: state.connection = .pausedSyncSource
        case .syncTarget where isPaused: state.connection = .pausedSyncTarget
        case .pausedSyncSource where !isPaused: state.connection = .syncSource
        case .pausedSyncTarget where !isPaused: state.connection = .syncTarget
        default: break
        }
    }

    /// Why a state that somebody wishes for must not be; nil where it may. `clients` have the device open.
    static func refusal(of state: VolumeState, from old: VolumeState, clients: Int) -> StateChangeResult? {
        let complaint = complaint(about: state, clients: clients)
        // An old state with the same complaint does not get worse.
        return complaint == self.complaint(about: old, clients: clients) ? nil : complaint
    }

    private static func complaint(about state: VolumeState, clients: Int) -> StateChangeResult? {
        let isPrimary = state.role == .primary
        let hasGoodData = state.disk == .upToDate || state.isConnected && state.peerDisk == .upToDate
        if isPrimary, state.peerRole == .primary { return .twoPrimaries }
        if !isPrimary, clients > 0 { return .deviceInUse }
        if isPrimary, !state.isConnected, state.disk < .upToDate { return .needsUpToDateData }
        if isPrimary, !state.isConnected, state.peerDisk >= .unknown { return .peerNotOutdated }
        if isPrimary, !hasGoodData { return .needsUpToDateData }
        if state.isResyncing {
            if state.disk <= .failed { return .noLocalDisk }
            if state.peerDisk <= .failed { return .noRemoteDisk }
            if !hasGoodData { return .needsUpToDateData }
        }
        if state.isConnected, state.peerDisk == .unknown { return .needsConnection }
        return nil
    }
}
