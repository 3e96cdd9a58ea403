import ClusterModel

/// Disconnecting in order (drbd-8.4 graceful disconnect), and the end of the engine.
extension VolumeEngine {
    mutating func disconnect(_ id: OrderID) {
        guard state.isConnected else {
            if state.connection != .standAlone {
                effects.append(.dropConnection(reason: "ordered to disconnect", thenReconnect: false))
                endSession(.standAlone)
            }
            return finishOrder(id, .done)
        }
        guard session?.consent == nil else { return }
        beginParting(id)
    }

    /// Where one node is Primary it goes on alone, so the other's copy becomes Outdated: on stable storage before
    /// the Primary may rely on it.
    private mutating func beginParting(_ order: OrderID?) {
        let consent = ConsentRequest(purpose: .disconnect, order: order)
        if state.role == .primary {
            let outdates = state.peerDisk > .outdated
            ask(.changing(connection: .disconnecting, peerDisk: outdates ? .outdated : nil), consent)
        } else if state.peerRole == .primary, state.disk > .outdated {
            session?.consent = consent
            if let order { setPhase(order, .asked) }
            isPartingAsOutdated = true
            persist(then: .partingAsOutdated(session: session?.number ?? 0))
        } else {
            ask(.disconnect, consent)
        }
    }

    mutating func askToPart() {
        guard let consent = session?.consent else { return }
        session?.consent = nil
        ask(.changing(connection: .disconnecting, disk: .outdated), consent)
    }

    mutating func partingAnswered(_ order: OrderID?, _ result: StateChangeResult) {
        guard result.isConsent else {
            isPartingAsOutdated = false
            guard let order else { return parted(nil) }
            switch result {
            case .inTransientState, .concurrentStateChange: setPhase(order, .waiting)
            default: refuse(order, "the peer refuses to part: \(sentence(result))")
            }
            return
        }
        isPeerPartingAsOutdated = state.role == .primary
        effects.append(.closeConnection)
        endSession(.standAlone)
        parted(order)
    }

    /// The connection is gone as was wanted.
    mutating func parted(_ order: OrderID?) {
        if state.connection != .standAlone {
            effects.append(.dropConnection(reason: "parted from the peer", thenReconnect: false))
            if session != nil { endSession(.standAlone) }
            change { $0.connection = .standAlone }
        }
        if let order { finishWhenStored(order) }
    }

    // MARK: Being asked

    mutating func partingRequested(_ request: StateChangeRequest) {
        guard let session else { return }
        guard request.mask.contains(.connection), request.value.connection == .disconnecting else {
            return answerRequest(.notSupportedByPeer, isForConnection: true)
        }
        if session.hasTieBreak, session.consent != nil {
            return answerRequest(.concurrentStateChange, isForConnection: true)
        }
        let becomesOutdated = request.mask.contains(.peerDisk) && request.value.peerDisk == .outdated
        let peerIsOutdated = request.mask.contains(.disk) && request.value.disk == .outdated
        if state.role == .primary {
            // Without that the writes here would freeze.
            guard peerIsOutdated || state.isPeerUnableToServe else {
                return answerRequest(.peerNotOutdated, isForConnection: true)
            }
            isPeerPartingAsOutdated = true
        }
        if becomesOutdated, state.role == .primary { return answerRequest(.deviceInUse, isForConnection: true) }
        isPartingAsOutdated = becomesOutdated
        persist(then: .verdict(session: session.number, .success, isForConnection: true))
    }

    /// The peer closes the connection; if it does not, we do, and wait for it to come back.
    mutating func awaitParting() {
        endSession(.tearDown)
        effects.append(.armTimer(.peerVerdict, at: now + .seconds(1)))
    }

    // MARK: The end

    mutating func stopRequested() {
        guard !isStopping else { return }
        isStopping = true
        guard state.isConnected, session?.consent == nil else { return }
        // A Primary that stops leaves everything as it is: its successor finds it as after a crash.
        if state.role != .primary { beginParting(nil) }
    }

    /// Stops when nothing is under way any more.
    mutating func advanceStop() {
        guard isStopping, !isStopStored, session?.consent == nil else { return }
        if session != nil || state.connection >= .unconnected {
            if session == nil, state.connection == .tearDown { return }
            effects.append(.dropConnection(reason: "the engine stops", thenReconnect: false))
            endSession(.standAlone)
        }
        guard diskOperations.isEmpty, metadata.isIdle, generationsUnderWay == 0 else { return }
        closeMetadata()
        isStopStored = true
        after(.stop)
    }

    /// Leaves the metadata as whoever comes next likes to find them: closed, where nothing is open.
    private mutating func closeMetadata() {
        storeChangedBitmapPages()
        guard state.role != .primary, requests.writes.isEmpty, peerWrites.isEmpty else { return }
        storeSuperblockIfChanged()
        guard let local else { return }
        effects.append(.clearActivityLog(metadata.issue()))
        effects.append(.storeSuperblock(metadata.issue(), local.stored.closed()))
    }

    mutating func stopStored() {
        effects.append(.stopped)
    }
}
