import ClusterModel

extension VolumeEngine {
    /// Changes the state, with all that the rules make of it, and does what every change of that kind entails.
    mutating func change(_ body: (inout VolumeState) -> Void) {
        let old = state
        var wished = state
        body(&wished)
        state = StateRules.corrected(wished, recordedDisk: local?.recordedState ?? .diskless)
        guard state != old else { return }
        if state.isFrozen, !old.isFrozen {
            log(.warning, "writes are held back until the peer can no longer serve its copy")
        }
        if !state.isFrozen { failsFrozenWrites = false }
        if losesPeerCopy(from: old) { makeNewGeneration("the peer's copy is \(state.peerDisk)") }
        if peerLosesDiskAsPrimary(from: old) { makeNewGeneration("the peer is primary without a disk") }
        if state.connection == .connected, state.disk == .upToDate, state.peerDisk == .upToDate {
            crashedAsPrimary = false
        }
        if state.isPeerUnableToServe, !old.isPeerUnableToServe { goOnAlone() }
        if old.peerDisk > .failed, state.peerDisk <= .failed { peerDiskFailed() }
    }

    /// The peer's copy can no longer serve: what is written here only may be acknowledged, once the copies have
    /// different generations.
    mutating func goOnAlone() {
        guard generationsUnderWay == 0, state.isPeerUnableToServe else { return }
        completeStalledWrites()
        if !state.isInHandshake { giveUpInterruptedWrites() }
    }

    /// drbd-8.4 generation UUIDs, case 1. While writes are frozen it is left to their resumption.
    private func losesPeerCopy(from old: VolumeState) -> Bool {
        guard let local, !local.generations.bitmap.isSome, state.disk == .upToDate, !state.isFrozen else {
            return false
        }
        guard state.role == .primary || state.peerRole == .primary else { return false }
        let isGone = state.peerDisk <= .failed || state.peerDisk == .outdated
        switch old.peerDisk {
        case .inconsistent, .consistent, .upToDate, .negotiating: return isGone || state.peerDisk == .unknown
        case .unknown: return isGone
        case .diskless, .attaching, .failed, .outdated: return false
        }
    }

    /// drbd-8.4 generation UUIDs, case 3.
    private func peerLosesDiskAsPrimary(from old: VolumeState) -> Bool {
        guard let local, !local.generations.bitmap.isSome, state.disk == .upToDate else { return false }
        return state.peerDisk <= .failed && old.peerRole != .primary && state.peerRole == .primary
    }

    /// The copies diverge from here on. Writes are held back until this is on stable storage.
    mutating func makeNewGeneration(_ reason: String) {
        guard local != nil else { return }
        local?.generations.newCurrent(random: random.next(), role: state.role)
        log(.info, "new generation \(local?.generations.current ?? .none): \(reason)")
        generationsUnderWay += 1
        storeSuperblock()
        after(.generation)
    }

    mutating func announceState() {
        send(.state(state.word))
    }

    mutating func reportIfChanged() {
        let new = report
        guard var last = lastReport else {
            lastReport = new
            effects.append(.reportChanged)
            return
        }
        // How much is out of sync moves with every write; only whether anything is makes a difference.
        if (last.outOfSyncBytes == 0) == (new.outOfSyncBytes == 0) { last.outOfSyncBytes = new.outOfSyncBytes }
        guard last != new else { return }
        lastReport = new
        effects.append(.reportChanged)
    }

    /// What ownership needs to know of this volume.
    package var report: VolumeReport {
        VolumeReport(
            isPrimary: state.role == .primary, copy: isStarted ? copyState(state.disk) : .unknown,
            peerCopy: copyState(state.peerDisk), replication: replication, isFrozen: state.isFrozen,
            isSplitBrain: isSplitBrain, generation: (local?.generations.current.rawValue ?? 0) & ~1,
            outOfSyncBytes: local?.bitmap.setBytes ?? 0)
    }

    private func copyState(_ disk: DiskState) -> CopyState {
        switch disk {
        case .diskless, .attaching, .failed: .missing
        case .negotiating: copyState(local?.recordedState ?? .inconsistent)
        case .inconsistent: .inconsistent
        case .outdated: .outdated
        case .unknown: .unknown
        case .consistent: .consistent
        case .upToDate: .upToDate
        }
    }

    private var replication: VolumeReport.Replication {
        switch state.connection {
        case .standAlone, .disconnecting: .standAlone
        case .unconnected, .timeout, .brokenPipe, .networkFailure, .protocolError, .tearDown, .waitForConnection,
            .waitForReportParams:
            .disconnected
        case .connected, .verifySource, .verifyTarget: .connected
        case .startingSyncSource, .waitForBitmapSource, .syncSource, .pausedSyncSource, .ahead: .resyncSource
        case .startingSyncTarget, .waitForBitmapTarget, .waitForSyncUUID, .syncTarget, .pausedSyncTarget, .behind:
            .resyncTarget
        }
    }

    /// The counters of `/proc/drbd`.
    package var counters: VolumeCounters {
        var counters = tally
        counters.epochs = UInt64(sent.count)
        counters.outOfSync = (local?.bitmap.setBytes ?? 0) >> 10
        return counters
    }

    /// How far the resync has come; nil while none runs.
    package var resyncProgress: ResyncProgress? {
        guard let total = resyncTotal else { return nil }
        let isPaused = state.connection == .pausedSyncSource || state.connection == .pausedSyncTarget
        return ResyncProgress(
            totalBytes: total, remainingBytes: local?.bitmap.setBytes ?? 0,
            failedBytes: resyncFailedBlocks * MetadataUnits.bitmapBlock, isPaused: isPaused)
    }

    /// The generations of the own copy; nil without a disk.
    package var generations: GenerationUUIDs? { local?.generations }

    /// The state in DRBD's words, for status lines: connection, roles, disks.
    package var stateWord: StateWord { state.word }
}
