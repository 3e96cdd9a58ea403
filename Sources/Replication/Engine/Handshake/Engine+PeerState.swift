import ClusterModel

/// What the peer's P_STATE means: the decision of the handshake, and later news (drbd-8.4 P_STATE).
extension VolumeEngine {
    mutating func stateReceived(_ peer: StateWord) {
        guard session?.hasProtocol == true else { return protocolError("P_STATE came before P_PROTOCOL") }
        guard peer.disk < .negotiating || session?.peerUUIDs != nil else {
            return protocolError("P_STATE names a disk, but P_UUIDS did not come")
        }
        guard !(peer.role == .primary && state.role == .primary) else {
            return twoPrimaries(peer)
        }
        if state.isInHandshake { return decide(peer, isConnecting: true) }
        if endsOrOutlivesResync(peer) { return }
        if wantsDecision(peer) { return decide(peer, isConnecting: false) }
        takeOver(peer, disk: believed(peer))
    }

    /// "Negotiating" stands for what the disk was when it was attached.
    private func settledDisk(of peer: StateWord) -> DiskState {
        guard peer.disk == .negotiating else { return peer.disk }
        return session?.peerUUIDs?.flags.contains(.diskInconsistent) == true ? .inconsistent : .consistent
    }

    // MARK: Later news

    /// True where the packet only tells that a resync has ended.
    private mutating func endsOrOutlivesResync(_ peer: StateWord) -> Bool {
        guard state.isSyncSource, peer.connection == .connected else { return false }
        if peer.disk == .upToDate {
            resyncEndReported()
            return true
        }
        if peer.disk == .inconsistent {
            resyncFailureReported()
            return true
        }
        return false
    }

    /// What to take the peer's disk for: news that were under way while the state here changed are stale.
    private func believed(_ peer: StateWord) -> DiskState {
        let disk = settledDisk(of: peer)
        let isWorseHere = state.peerDisk >= .inconsistent && state.peerDisk <= .consistent
        if state.disk == .upToDate, state.connection > .connected, isWorseHere, disk == .upToDate,
            peer.connection > .connected, peer.connection < .syncSource
        {
            return .inconsistent
        }
        if state.connection == .connected, state.peerDisk == .upToDate, disk == .inconsistent,
            peer.connection > .syncSource
        {
            return .upToDate
        }
        return disk
    }

    private mutating func takeOver(_ peer: StateWord, disk: DiskState) {
        let wasPaused = state.connection == .pausedSyncTarget
        change {
            $0.peerRole = peer.role
            $0.peerDisk = disk
            $0.isPausedByPeer = !peer.flags.isDisjoint(with: [.pausedByUser, .pausedByDependency])
        }
        if !state.isResyncing, resyncTotal != nil { endResyncHere() }
        if wasPaused { continueResync() }
    }

    // MARK: The decision

    private func wantsDecision(_ peer: StateWord) -> Bool {
        guard state.connection == .connected, state.disk >= .negotiating, peer.disk >= .negotiating else {
            return false
        }
        if state.disk == .negotiating || peer.disk == .negotiating { return true }
        if peer.connection >= .startingSyncSource, peer.connection <= .waitForBitmapTarget { return true }
        let wasWorthless = state.peerDisk == .inconsistent || session?.isPeerForced == true
        return state.disk == .inconsistent && wasWorthless && peer.disk == .upToDate
    }

    private mutating func decide(_ peer: StateWord, isConnecting: Bool) {
        session?.isPeerForced = false
        let peerDisk = settledDisk(of: peer)
        guard let own = ownSide, peerDisk >= .inconsistent, let theirs = side(of: peer, peerDisk) else {
            return connect(peer, disk: peerDisk)
        }
        let decision = HandshakeDecision(
            own: own, peer: theirs, hasTieBreak: session?.hasTieBreak ?? false, features: session?.features ?? [],
            policies: settings.splitBrain)
        log(
            .info,
            "handshake: own \(own.generations), peer \(theirs.generations), rule \(decision.comparison.rule), "
                + "\(decision.outcome)")
        apply(decision, peer, peerDisk, isConnecting: isConnecting)
    }

    private var ownSide: HandshakeDecision.Side? {
        guard let local, settledDisk >= .inconsistent else { return nil }
        return HandshakeDecision.Side(
            generations: local.generations, bits: local.bitmap.setCount, flags: ownFlags, role: state.role,
            disk: settledDisk)
    }

    private func side(of peer: StateWord, _ disk: DiskState) -> HandshakeDecision.Side? {
        guard let uuids = session?.peerUUIDs else { return nil }
        return HandshakeDecision.Side(
            generations: uuids.generations, bits: uuids.bitsSet, flags: uuids.flags, role: peer.role, disk: disk)
    }

    private mutating func apply(
        _ decision: HandshakeDecision, _ peer: StateWord, _ peerDisk: DiskState, isConnecting: Bool
    ) {
        switch decision.outcome {
        case .refused(let reason, let isSplitBrain): return refuse(reason, isSplitBrain: isSplitBrain, peer)
        case .conflict where isAheadOfItsSource(decision.comparison, peer):
            return compareAnew("the peer missed the end of the resync, and this node is primary now")
        case .conflict(let reason): return dropConnection(reason)
        case .connected, .source, .target: break
        }
        local?.generations = decision.comparison.own
        session?.peerUUIDs?.generations = decision.comparison.peer
        isSplitBrain = false
        discardsOwnChanges = false
        let facts = PeerFacts(role: peer.role, disk: peerDisk)
        let asksAgain = !isConnecting && peer.connection <= .connected && peer.disk != .negotiating
        switch decision.outcome {
        case .refused, .conflict: break
        case .connected: connect(peer, disk: peerDisk)
        case .source(let full): becomeSource(full: full, facts, askingAgain: asksAgain)
        case .target(let full): becomeTarget(full: full, facts, askingAgain: asksAgain)
        }
    }

    /// Nothing to resynchronise, or nothing to compare.
    private mutating func connect(_ peer: StateWord, disk: DiskState) {
        let wasFrozen = state.isFrozen
        if wasFrozen, disk >= .inconsistent, disk != .upToDate, hasUnsettledWrites {
            return compareAnew("the peer was restarted and may have lost writes")
        }
        change {
            $0.connection = .connected
            $0.peerRole = peer.role
            $0.peerDisk = disk
            $0.isPausedByPeer = !peer.flags.isDisjoint(with: [.pausedByUser, .pausedByDependency])
        }
        announceState()
        if wasFrozen, !state.isPeerUnableToServe { resendInterruptedWrites() }
        if let local, local.bitmap.setCount > 0, state.disk == .upToDate, state.peerDisk == .upToDate {
            log(.warning, "connected with \(local.bitmap.setBytes) bytes still marked as out of sync")
        }
    }

    private var hasUnsettledWrites: Bool { !requests.unsettled.isEmpty || !requests.interrupted.isEmpty }

    /// As target of a resync this node finished, and became primary, before the source heard of it. Nothing the source
    /// may have written since was acknowledged under this generation.
    private func isAheadOfItsSource(_ comparison: UUIDComparison, _ peer: StateWord) -> Bool {
        comparison.rule == 35 && state.role == .primary && state.disk == .upToDate && peer.role != .primary
    }

    /// The generations do not tell that the peer lacks something: it is as after a crash of this primary, which makes
    /// it the source of a resync in the next handshake (rule 41). A new generation would do as well, but were this node
    /// to die now, and the peer to take over, that would look like a split brain. Writes stay frozen until then; what
    /// the peer had acknowledged but not settled may be gone there, so it goes over again.
    private mutating func compareAnew(_ reason: String) {
        for number in requests.unsettled + requests.interrupted {
            if let write = requests.writes[number] { local?.bitmap.set(write.range) }
        }
        if session?.features.contains(.writeSame) == true {
            crashedAsPrimary = true
        } else {
            makeNewGeneration(reason)
        }
        dropConnection("compare anew: \(reason)")
    }

    /// One of the two is behind and will be stopped, unless both went on alone.
    private mutating func twoPrimaries(_ peer: StateWord) {
        if state.isInHandshake, let own = ownSide, let theirs = side(of: peer, settledDisk(of: peer)) {
            let decision = HandshakeDecision(
                own: own, peer: theirs, hasTieBreak: session?.hasTieBreak ?? false, features: session?.features ?? [],
                policies: settings.splitBrain)
            if case .refused(let reason, let isSplit) = decision.outcome {
                isSplitBrain = isSplit
                return goStandAlone("both nodes are primary: \(reason)")
            }
        }
        dropConnection("both nodes are primary")
    }

    /// While connecting the peer is given up; a disk that came late is given up instead.
    private mutating func refuse(_ reason: String, isSplitBrain: Bool, _ peer: StateWord) {
        self.isSplitBrain = isSplitBrain
        if state.disk == .negotiating {
            failDisk("the attached copy does not fit the peer's: \(reason)", policy: .detach)
        } else if peer.disk == .negotiating {
            log(.error, "the copy that the peer attached does not fit: \(reason)")
            change { $0.peerDisk = .diskless }
        } else {
            goStandAlone(reason)
        }
    }
}

/// What of the peer's P_STATE counts when a resync is decided on.
struct PeerFacts: Hashable, Sendable {
    let role: Role
    let disk: DiskState
}

extension UUIDsPacket {
    var generations: GenerationUUIDs {
        get {
            GenerationUUIDs(
                current: GenerationUUID(rawValue: current), bitmap: GenerationUUID(rawValue: bitmap),
                historyStart: GenerationUUID(rawValue: historyStart), historyEnd: GenerationUUID(rawValue: historyEnd))
        }
        set {
            current = newValue.current.rawValue
            bitmap = newValue.bitmap.rawValue
            historyStart = newValue.historyStart.rawValue
            historyEnd = newValue.historyEnd.rawValue
        }
    }
}
