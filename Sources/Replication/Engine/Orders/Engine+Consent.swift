import ClusterModel

/// Changes that both nodes must agree on (drbd-8.4 asking the peer).
extension VolumeEngine {
    private static var patience: Duration { .seconds(10) }

    mutating func ask(_ request: StateChangeRequest, _ consent: ConsentRequest) {
        guard session != nil, session?.consent == nil else { return }
        session?.consent = consent
        if let order = consent.order { setPhase(order, .asked) }
        let isForConnection = request.mask.contains(.connection) && request.value.connection == .disconnecting
        send(isForConnection ? .connectionStateChangeRequest(request) : .stateChangeRequest(request))
        effects.append(.armTimer(.peerVerdict, at: now + Self.patience))
    }

    mutating func verdictReceived(_ result: StateChangeResult) {
        guard let consent = session?.consent else { return protocolError("a verdict came that was not asked for") }
        session?.consent = nil
        effects.append(.cancelTimer(.peerVerdict))
        switch consent.purpose {
        case .promote(let isForced): promotionAnswered(consent.order, result, isForced: isForced)
        case .invalidate: invalidationAnswered(consent.order, result)
        case .disconnect: partingAnswered(consent.order, result)
        }
    }

    private mutating func promotionAnswered(_ order: OrderID?, _ result: StateChangeResult, isForced: Bool) {
        guard let order else { return }
        guard result.isConsent else { return retryOrRefuse(order, result) }
        becomePrimary(order, isForced: isForced)
    }

    /// A peer in between two states is asked again.
    private mutating func retryOrRefuse(_ order: OrderID, _ result: StateChangeResult) {
        switch result {
        case .inTransientState, .concurrentStateChange: setPhase(order, .waiting)
        default: refuse(order, "the peer refuses: \(sentence(result))")
        }
    }

    private mutating func invalidationAnswered(_ order: OrderID?, _ result: StateChangeResult) {
        guard let order else { return }
        guard result.isConsent else { return retryOrRefuse(order, result) }
        change { $0.connection = .startingSyncTarget }
        beginInvalidation()
        finishWhenStored(order)
    }

    /// Both nodes mark everything, then the resync begins without an exchange of bitmaps.
    private mutating func beginInvalidation() {
        markEverything()
        after(.invalidated(session: session?.number ?? 0))
    }

    mutating func invalidationMarked() {
        switch state.connection {
        case .startingSyncSource: prepareSync()
        case .startingSyncTarget:
            change { $0.connection = .waitForSyncUUID }
            announceState()
            guard let early = session?.earlySyncUUID else { return }
            session?.earlySyncUUID = nil
            syncUUIDReceived(early)
        default: break
        }
    }

    /// The connection went before the peer answered.
    mutating func consentLost(_ consent: ConsentRequest) {
        switch consent.purpose {
        case .promote, .invalidate: if let order = consent.order { setPhase(order, .waiting) }
        // It is parted now, whatever the peer thought of it.
        case .disconnect: parted(consent.order)
        }
    }

    mutating func peerVerdictOverdue() {
        if state.connection == .tearDown {
            effects.append(.dropConnection(reason: "the peer did not close the connection", thenReconnect: true))
            change { $0.connection = .waitForConnection }
        } else if session?.consent != nil {
            dropConnection("the peer did not answer a request for \(Self.patience.milliseconds) ms")
        }
    }

    // MARK: Being asked

    mutating func stateChangeRequested(_ request: StateChangeRequest) {
        let verdict = verdict(on: request)
        guard verdict.isConsent else { return answerRequest(verdict, isForConnection: false) }
        let wished = wished(request)
        if state.disk == .inconsistent, state.peerDisk == .inconsistent, wished.peerDisk == .upToDate {
            session?.isPeerForced = true
        }
        change { $0 = wished }
        if wished.connection == .startingSyncSource || wished.connection == .startingSyncTarget {
            answerRequest(.success, isForConnection: false)
            beginInvalidation()
        } else {
            persist(then: .verdict(session: session?.number ?? 0, .success, isForConnection: false))
        }
    }

    private func verdict(on request: StateChangeRequest) -> StateChangeResult {
        guard let session, request.mask.isWellFormed else { return .notSupportedByPeer }
        if session.hasTieBreak, session.consent != nil { return .concurrentStateChange }
        if state.isInTransition { return .inTransientState }
        if request.mask.contains(.connection) {
            switch request.value.connection {
            case .startingSyncSource, .startingSyncTarget: if state.connection != .connected { return .resyncRunning }
            case .connected where state.connection == .connected: break
            default: return .notSupportedByPeer
            }
        }
        let wished = StateRules.corrected(wished(request), recordedDisk: local?.recordedState ?? .diskless)
        return StateRules.refusal(of: wished, from: state, clients: clients) ?? .success
    }

    /// The own state after the change that the peer names in its own view.
    private func wished(_ request: StateChangeRequest) -> VolumeState {
        var wished = state
        let value = request.value
        if request.mask.contains(.role) { wished.peerRole = value.role }
        if request.mask.contains(.peerRole) { wished.role = value.peerRole }
        if request.mask.contains(.disk) { wished.peerDisk = value.disk }
        if request.mask.contains(.peerDisk) { wished.disk = value.peerDisk }
        if request.mask.contains(.connection) {
            switch value.connection {
            case .startingSyncSource: wished.connection = .startingSyncTarget
            case .startingSyncTarget: wished.connection = .startingSyncSource
            default: break
            }
        }
        return wished
    }

    mutating func answerRequest(_ result: StateChangeResult, isForConnection: Bool) {
        send(isForConnection ? .connectionStateChangeReply(result) : .stateChangeReply(result))
        if isForConnection, result.isConsent { awaitParting() }
    }
}
