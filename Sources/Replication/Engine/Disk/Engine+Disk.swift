import ClusterModel

extension VolumeEngine {
    /// Registers an operation on the data device.
    mutating func issue(_ purpose: DiskPurpose) -> DiskOperationID {
        let id = DiskOperationID(rawValue: takeNumber())
        diskOperations[id] = purpose
        tally.localPending += 1
        return id
    }

    mutating func diskCompleted(_ id: DiskOperationID, _ result: DiskResult) {
        // Operations of a disk that was given up were settled then.
        guard let purpose = diskOperations.removeValue(forKey: id) else { return }
        tally.localPending -= 1
        settle(purpose, result)
        if case .failed(let errno) = result { failDisk(after: purpose, errno: errno) }
    }

    private mutating func settle(_ purpose: DiskPurpose, _ result: DiskResult) {
        switch purpose {
        case .clientRead(let number): clientReadCompleted(number, result)
        case .clientWrite(let number): clientWriteCompleted(number, result)
        case .clientFlush(let number): clientFlushCompleted(number, result)
        case .peerWrite(let number): peerWriteCompleted(number, result)
        case .peerRead(let number): peerReadCompleted(number, result)
        case .resyncRead(let number): resyncReadCompleted(number, result)
        case .epochFlush(let number): if isCurrent(number) { epochsFlushed() }
        case .leftoverFlush: leftoversSettled()
        }
    }

    private mutating func failDisk(after purpose: DiskPurpose, errno: Int32) {
        switch purpose {
        case .clientRead, .peerRead, .resyncRead:
            failDisk("reading failed with error \(errno)", policy: settings.onIOError)
        case .clientWrite, .peerWrite: failDisk("writing failed with error \(errno)", policy: settings.onIOError)
        case .clientFlush, .epochFlush, .leftoverFlush:
            // What a failed flush lost nobody knows, so no bitmap can name it.
            failDisk("flushing failed with error \(errno)", policy: settings.onIOError == .panic ? .panic : .detach)
        }
    }

    /// drbd-8.4 on-io-error.
    mutating func failDisk(_ reason: String, policy: IOErrorPolicy) {
        guard local != nil else { return }
        switch policy {
        case .passOn:
            log(.error, "\(reason); this copy counts as inconsistent from now on")
            guard state.disk > .inconsistent else { return }
            change { $0.disk = .inconsistent }
            if state.isConnected { announceState() }
        case .detach:
            log(.error, "\(reason); the disk is given up")
            detach()
        case .panic:
            log(.error, "\(reason); this node is to stop")
            effects.append(.panic(reason: reason))
            detach()
        }
    }

    /// Gives the disk up: what is under way counts as failed, and goes on with the peer.
    mutating func detach() {
        if state.role == .primary { exposedGeneration = local?.generations.current }
        if state.isConnected { announceState(.failed) }
        change { $0.disk = .failed }
        // Best effort: nobody should take this copy for a current one when the disk answers again.
        storeChangedBitmapPages()
        storeSuperblockIfChanged()
        local = nil
        effects.append(.detachDisk)
        abandonMetadata()
        for id in diskOperations.keys.sorted(by: { $0.rawValue < $1.rawValue }) {
            guard let purpose = diskOperations.removeValue(forKey: id) else { continue }
            tally.localPending -= 1
            settle(purpose, .failed(errno: 5))
        }
        change { $0.disk = .diskless }
        abandonLogWaits()
        if state.isConnected { announceState() }
        endResyncHere()
        // Nothing holds their data any more.
        if !state.isConnected, !state.isPeerUnableToServe { failFrozenRequests() }
    }

    private mutating func announceState(_ disk: DiskState) {
        var word = state.word
        word.disk = disk
        send(.state(word))
    }

    private mutating func abandonMetadata() {
        for step in metadata.abandon() {
            switch step {
            case .order(let id, _): finishOrder(id, .refused("the disk failed meanwhile"))
            case .generation: generationsUnderWay -= 1
            case .verdict(let number, _, let isForConnection):
                if isCurrent(number) { answerRequest(.noLocalDisk, isForConnection: isForConnection) }
            case .stop: stopStored()
            case .activityLog, .syncSourceBegins, .targetAnnounced, .syncTargetBegins, .syncTargetFinished,
                .invalidated, .partingAsOutdated, .announceState:
                break
            }
        }
    }
}
