import ClusterModel

/// Becoming primary and secondary (drbd-8.4 promotion in steps).
extension VolumeEngine {
    mutating func promote(_ id: OrderID, _ basis: PromotionBasis) {
        guard state.role != .primary else { return finishOrder(id, .done) }
        guard isStarted else { return }
        if basis == .peerDead, session != nil { dropConnection("the peer is declared dead") }
        if state.isConnected {
            promoteWithConsent(id, basis)
        } else {
            promoteAlone(id, basis)
        }
    }

    private mutating func promoteAlone(_ id: OrderID, _ basis: PromotionBasis) {
        if let reason = reasonAgainstPromotion(basis) { return refuse(id, reason) }
        // Clients must not read around what the peer wrote last.
        guard !hasLeftovers else { return }
        becomePrimary(id, isForced: basis == .force)
    }

    private func reasonAgainstPromotion(_ basis: PromotionBasis) -> String? {
        let least: DiskState =
            switch basis {
            case .ordinary: .upToDate
            case .peerDead: .consistent
            case .force: .inconsistent
            }
        if state.disk < least { return "this copy is \(state.disk), and must be \(least) to be served" }
        if basis == .ordinary, !state.isPeerUnableToServe {
            return "the peer is not connected, and its copy is not known to be outdated: it may be serving"
        }
        return nil
    }

    private mutating func promoteWithConsent(_ id: OrderID, _ basis: PromotionBasis) {
        // Wait while bitmaps are exchanged: what the copies are is open until then.
        guard !state.isInTransition, !hasForeignSession, let session, session.consent == nil else { return }
        let isForced = basis == .force && state.disk >= .inconsistent && state.disk < .upToDate
        var wished = state
        wished.role = .primary
        if isForced { wished.disk = .upToDate }
        if let refusal = StateRules.refusal(of: wished, from: state, clients: clients) {
            return refuse(id, sentence(refusal))
        }
        // A dead peer shows within the patience of a ping.
        ping(then: .none)
        ask(
            .changing(role: .primary, disk: isForced ? .upToDate : nil),
            ConsentRequest(purpose: .promote(isForced: isForced), order: id))
    }

    /// What the peer wrote over an earlier connection is still under way.
    private var hasForeignSession: Bool { session?.isGreeted != true }

    func sentence(_ refusal: StateChangeResult) -> String {
        switch refusal {
        case .twoPrimaries: "the peer is primary"
        case .needsUpToDateData: "there is no current copy: this one is \(state.disk), the peer's \(state.peerDisk)"
        case .deviceInUse: "the device is open"
        case .peerNotOutdated: "the peer is primary and would go on alone while this copy counts as current"
        case .inTransientState, .concurrentStateChange: "the peer is in the middle of another change; try again"
        case .noLocalDisk, .diskless: "there is no disk here"
        case .noRemoteDisk: "the peer has no disk"
        default: "the answer was \(refusal)"
        }
    }

    /// Nothing speaks against it any more.
    mutating func becomePrimary(_ id: OrderID, isForced: Bool) {
        let before = local?.generations
        let isAlone = !state.isConnected
        change {
            $0.role = .primary
            if isAlone || isForced { $0.disk = $0.disk >= .inconsistent ? .upToDate : $0.disk }
            if isAlone { $0.peerDisk = min($0.peerDisk, .outdated) }
        }
        markGeneration()
        let isDue = isForced || local?.generations.bitmap.isSome == false && (isAlone || state.peerDisk <= .failed)
        if isDue, local?.generations.current.matches(before?.current ?? .none) == true {
            makeNewGeneration(isForced ? "promotion was forced" : "primary without the peer's disk")
        }
        if local == nil { exposedGeneration = session?.peerUUIDs?.generations.current }
        log(.info, "this node is primary")
        if let session { after(.announceState(session: session.number)) }
        finishWhenStored(id)
    }

    /// Bit 0 of the current generation tells the role.
    private mutating func markGeneration() {
        guard let current = local?.generations.current else { return }
        local?.generations.current = current.marked(for: state.role)
    }

    // MARK: Demotion

    mutating func demote(_ id: OrderID) {
        guard state.role == .primary else { return finishOrder(id, .done) }
        guard clients == 0 else { return refuse(id, "the device is open by \(clients) clients") }
        if state.isFrozen { failFrozenRequests() }
        // Everything acknowledged is to be stable on both disks first.
        closeEpoch()
        guard requests.isIdle, requests.writes.isEmpty || state.isFrozen, sent.areAllAcknowledged else { return }
        guard !state.isFrozen || requests.writes.values.allSatisfy({ $0.here != .pending }) else { return }
        change { $0.role = .secondary }
        failsFrozenWrites = false
        giveUpInterruptedWrites()
        markGeneration()
        storeChangedBitmapPages()
        exposedGeneration = nil
        log(.info, "this node is secondary")
        if state.isConnected { announceState() }
        finishWhenStored(id)
    }

    /// Nobody waits for frozen writes any more. They may be on this disk, so it must be compared with the peer's as
    /// after a crash.
    mutating func failFrozenRequests() {
        for held in requests.held.removeAll() { complete(held.request, .failed(errno: ClientError.io)) }
        for index in requests.flushes.indices { requests.flushes[index].hasFailedHere = true }
        let numbers = requests.interrupted + requests.stalled
        if !numbers.isEmpty || !requests.unsettled.isEmpty { crashedAsPrimary = true }
        requests.interrupted = []
        requests.stalled = []
        for number in numbers {
            requests.writes[number]?.isAbandoned = true
            requests.writes[number]?.there = .lost
            if let range = requests.writes[number]?.range { local?.bitmap.set(range) }
            updateWrite(number)
        }
        interruptedFlushesGoOn()
    }
}

extension VolumeState {
    /// Between two states that last: what the copies are is about to change.
    var isInTransition: Bool {
        switch connection {
        case .waitForReportParams, .waitForBitmapSource, .waitForBitmapTarget, .waitForSyncUUID, .startingSyncSource,
            .startingSyncTarget, .disconnecting, .tearDown:
            true
        case .standAlone, .unconnected, .timeout, .brokenPipe, .networkFailure, .protocolError, .waitForConnection,
            .connected, .syncSource, .syncTarget, .verifySource, .verifyTarget, .pausedSyncSource, .pausedSyncTarget,
            .ahead, .behind:
            disk == .negotiating || peerDisk == .negotiating
        }
    }
}
