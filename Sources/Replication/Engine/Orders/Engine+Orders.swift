import ClusterModel

/// Orders of the cluster or of a person: taken one by one, answered once each.
extension VolumeEngine {
    mutating func ordered(_ id: OrderID, _ order: VolumeOrder) {
        orders.append(PendingOrder(id: id, order: order))
    }

    /// Looks at all that wait. While the handshake is undecided nothing changes here: the peer decides on what it was
    /// told.
    mutating func advanceOrders() {
        guard !orders.isEmpty else { return }
        for pending in orders where pending.phase == .waiting {
            guard !state.isInHandshake || pending.order.endsHandshake else { continue }
            // An earlier one may have ended it.
            guard orders.contains(pending) else { continue }
            advance(pending.id, pending.order)
        }
    }

    private mutating func advance(_ id: OrderID, _ order: VolumeOrder) {
        switch order {
        case .promote(let basis): promote(id, basis)
        case .demote: demote(id)
        case .resumePeerOutdated: resume(id, "the peer has marked its copy as outdated")
        case .resumePeerDead: resume(id, "the peer is dead")
        case .abandonFrozenWrites: abandonFrozenWrites(id)
        case .outdate: outdate(id)
        case .connect: connectOrdered(id)
        case .connectDiscardingMyData: connectDiscarding(id)
        case .disconnect: disconnect(id)
        case .declareUpToDate: declareUpToDate(id)
        case .invalidate: invalidate(id)
        case .pauseResync: pause(id, true)
        case .resumeResync: pause(id, false)
        }
    }

    /// Answers an order and forgets it.
    mutating func finishOrder(_ id: OrderID, _ result: VolumeOrderResult) {
        guard let index = orders.firstIndex(where: { $0.id == id }) else { return }
        orders.remove(at: index)
        effects.append(.completeOrder(id, result))
    }

    mutating func refuse(_ id: OrderID, _ sentence: String) {
        finishOrder(id, .refused(sentence))
    }

    mutating func setPhase(_ id: OrderID, _ phase: PendingOrder.Phase) {
        guard let index = orders.firstIndex(where: { $0.id == id }) else { return }
        orders[index].phase = phase
    }

    /// Answers when everything that was decided is on stable storage.
    mutating func finishWhenStored(_ id: OrderID) {
        setPhase(id, .storing)
        persist(then: .order(id, .done))
    }

    // MARK: Fencing (rule R2)

    /// The peer's copy can no longer serve: what was frozen goes on alone, under a new generation.
    private mutating func resume(_ id: OrderID, _ reason: String) {
        guard state.role == .primary else { return refuse(id, "this node is not primary") }
        if !state.isConnected, !state.isPeerUnableToServe {
            guard state.disk == .upToDate else {
                return refuse(id, "this copy is \(state.disk): only the peer has all of the data")
            }
            log(.info, "writes go on: \(reason)")
            leaveFinishedResync()
            change { $0.peerDisk = .outdated }
        }
        finishWhenStored(id)
    }

    /// Where the peer may have finished a resync unheard, it holds this very generation, although the bitmap's says
    /// that it does not: what is written alone from now on needs a new one all the same.
    private mutating func leaveFinishedResync() {
        guard mayPeerHaveFinishedResync else { return }
        mayPeerHaveFinishedResync = false
        local?.generations.clearBitmap()
    }

    /// Nobody was promised what is frozen: clients get an error, so that the file system can be unmounted.
    private mutating func abandonFrozenWrites(_ id: OrderID) {
        if state.isFrozen {
            log(.warning, "frozen writes end with an error")
            failsFrozenWrites = true
            failFrozenRequests()
        }
        finishWhenStored(id)
    }

    /// The peer's owner goes on alone; this copy falls behind from now on.
    private mutating func outdate(_ id: OrderID) {
        guard state.role != .primary else { return refuse(id, "this node is primary") }
        if session != nil { dropConnection("this copy is to be marked as outdated") }
        change { $0.disk = min($0.disk, .outdated) }
        finishWhenStored(id)
    }

    // MARK: Connecting

    private mutating func connectOrdered(_ id: OrderID) {
        if state.connection == .standAlone, isStarted {
            isSplitBrain = false
            lookForPeer()
        }
        finishOrder(id, .done)
    }

    private mutating func connectDiscarding(_ id: OrderID) {
        guard state.role != .primary else { return refuse(id, "this node is primary: its data are in use") }
        guard !state.isConnected else { return refuse(id, "the nodes are connected: there is nothing to discard") }
        discardsOwnChanges = true
        connectOrdered(id)
    }

    private mutating func pause(_ id: OrderID, _ isPaused: Bool) {
        change { $0.isPausedByUser = isPaused }
        if state.isConnected { announceState() }
        continueResync()
        finishOrder(id, .done)
    }

    // MARK: The copy

    /// The first synchronisation: this copy is the good one because somebody says so.
    private mutating func declareUpToDate(_ id: OrderID) {
        guard let local, state.disk >= .inconsistent else { return refuse(id, "there is no disk here") }
        if state.disk == .upToDate, !local.generations.current.matches(.justCreated) { return finishOrder(id, .done) }
        guard !(state.isConnected && state.peerDisk == .upToDate) else {
            return refuse(id, "the peer's copy is current; a resync brings this one up to it")
        }
        guard !state.isResyncing else { return }
        change { $0.disk = .upToDate }
        makeNewGeneration("this copy was declared current")
        if let session { after(.announceState(session: session.number)) }
        finishWhenStored(id)
    }

    private mutating func invalidate(_ id: OrderID) {
        guard state.role != .primary else { return refuse(id, "this node is primary: its copy is in use") }
        guard local != nil else { return refuse(id, "there is no disk here") }
        guard state.isConnected else {
            change { $0.disk = min($0.disk, .inconsistent) }
            markEverything()
            return finishWhenStored(id)
        }
        guard !state.isResyncing else { return }
        guard state.peerDisk == .upToDate else { return refuse(id, "the peer's copy is \(state.peerDisk)") }
        ask(.changing(connection: .startingSyncTarget), ConsentRequest(purpose: .invalidate, order: id))
    }
}

extension VolumeOrder {
    /// Whether the order ends the connection anyway, so that it need not wait for the handshake's end.
    fileprivate var endsHandshake: Bool {
        switch self {
        case .disconnect, .connect, .pauseResync, .resumeResync: true
        case .promote, .demote, .resumePeerOutdated, .resumePeerDead, .abandonFrozenWrites, .outdate,
            .connectDiscardingMyData, .declareUpToDate, .invalidate:
            false
        }
    }
}
