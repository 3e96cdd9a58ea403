import ClusterModel

/// Finding, losing and dropping the peer.
extension VolumeEngine {
    mutating func lookForPeer() {
        change { $0.connection = .waitForConnection }
        effects.append(.openConnection)
    }

    mutating func connected(hasTieBreak: Bool, features: Features, version: UInt32) {
        guard state.connection == .waitForConnection, session == nil else {
            log(.warning, "a connection came in state \(state.connection) and is closed")
            effects.append(.dropConnection(reason: "no connection is wanted", thenReconnect: false))
            return
        }
        guard version == ConnectionFeatures.version else {
            return goStandAlone("the peer speaks protocol version \(version), this node only 101")
        }
        sessionCount += 1
        session = PeerSession(number: sessionCount, hasTieBreak: hasTieBreak, features: features, now: now)
        change { $0.connection = .waitForReportParams }
        effects.append(.armTimer(.keepAlive, at: now + settings.pingInterval))
        effects.append(.armTimer(.requestTimeout, at: now + settings.requestTimeout))
        greetIfReady()
    }

    /// What the former connection left is on disk: shake hands, and take what the peer has sent meanwhile.
    mutating func greetIfReady() {
        guard session != nil, session?.isGreeted == false, !hasLeftovers else { return }
        session?.isGreeted = true
        greet()
        let early = session?.early ?? []
        session?.early = []
        for packet in early { packetReceived(packet, nil) }
    }

    mutating func connectionLost(_ reason: String) {
        guard state.connection >= .tearDown else { return }
        log(.info, "the connection is lost: \(reason)")
        if session != nil { endSession(.waitForConnection) }
        if state.connection != .standAlone { lookForPeer() }
    }

    /// Gives a connection up that still stands, and looks for the peer anew.
    mutating func dropConnection(_ reason: String) {
        log(.warning, "the connection is dropped: \(reason)")
        effects.append(.dropConnection(reason: reason, thenReconnect: true))
        endSession(.waitForConnection)
    }

    mutating func protocolError(_ reason: String) {
        guard session != nil else { return }
        dropConnection("protocol error: \(reason)")
    }

    /// No connection until somebody orders one.
    mutating func goStandAlone(_ reason: String) {
        log(.error, "this node stays alone: \(reason)")
        // What is queued may still be sent: the peer is to come to its own conclusion.
        let isShaking = session?.isGreeted == true
        effects.append(isShaking ? .closeConnection : .dropConnection(reason: reason, thenReconnect: false))
        endSession(.standAlone)
    }

    /// Everything that depends on the connection ends.
    mutating func endSession(_ next: ConnectionState) {
        let consent = session?.consent
        let mayHaveFinished = mayTargetHaveFinished
        let isParting = isPartingAsOutdated
        let isPeerParting = isPeerPartingAsOutdated
        // A handshake that did not get anywhere tells nothing new.
        if state.isConnected { mayPeerHaveFinishedResync = mayHaveFinished }
        session = nil
        for timer in [VolumeTimer.keepAlive, .pingAnswer, .requestTimeout, .epochClose, .peerVerdict] {
            effects.append(.cancelTimer(timer))
        }
        isEpochTimerArmed = false
        isPartingAsOutdated = false
        isPeerPartingAsOutdated = false
        change {
            $0.connection = next
            if mayHaveFinished { $0.peerDisk = .unknown }
            if isParting { $0.disk = min($0.disk, .outdated) }
            if isPeerParting { $0.peerDisk = min($0.peerDisk, .outdated) }
        }
        endResyncHere()
        interruptWrites()
        interruptReads()
        interruptPeerWrites()
        peerReads = [:]
        storeChangedBitmapPages()
        if let consent { consentLost(consent) }
    }

    /// The target may have ended the resync without this node having heard: its copy may be as good as ours.
    private var mayTargetHaveFinished: Bool {
        state.isSyncSource && local.map { $0.bitmap.setCount <= resyncFailedBlocks } ?? false
    }

    mutating func send(_ packet: PeerPacket, payload: BufferID? = nil) {
        // A packet for a connection that ended in the course of this event has nowhere to go.
        guard session != nil else { return }
        effects.append(.send(packet, payload: payload))
    }

    // MARK: Keep-alive

    mutating func ping(then step: PingStep) {
        guard session != nil else { return }
        if session?.pingSteps.isEmpty == true { armPingAnswer() }
        session?.pingSteps.append(step)
        send(.ping)
    }

    private mutating func armPingAnswer() {
        effects.append(.armTimer(.pingAnswer, at: now + settings.pingTimeout))
    }

    mutating func pingAnswered() {
        guard let session, let step = session.pingSteps.first else { return }
        self.session?.pingSteps.removeFirst()
        if session.pingSteps.count == 1 {
            effects.append(.cancelTimer(.pingAnswer))
        } else {
            armPingAnswer()
        }
        switch step {
        case .none: break
        case .finishAsTarget: finishAsTarget()
        }
    }

    mutating func timerFired(_ timer: VolumeTimer) {
        switch timer {
        case .keepAlive: keepAliveFired()
        case .pingAnswer:
            guard let session, !session.pingSteps.isEmpty else { return }
            dropConnection("the peer did not answer a ping within \(settings.pingTimeout.milliseconds) ms")
        case .requestTimeout: requestTimeoutFired()
        case .epochClose:
            isEpochTimerArmed = false
            closeEpoch()
        case .resyncPace: resyncPaceFired()
        case .bitmapWrite: bitmapTimerFired()
        case .peerVerdict: peerVerdictOverdue()
        }
    }

    private mutating func keepAliveFired() {
        guard let session else { return }
        let due = session.lastHeard + settings.pingInterval
        if due <= now { ping(then: .none) }
        effects.append(.armTimer(.keepAlive, at: due <= now ? now + settings.pingInterval : due))
    }

    private mutating func requestTimeoutFired() {
        guard let session else { return }
        guard session.hasProgress || tally.peerPending == 0 && sent.youngestClosed == nil else {
            return dropConnection("the peer acknowledged nothing for \(settings.requestTimeout.milliseconds) ms")
        }
        self.session?.hasProgress = false
        effects.append(.armTimer(.requestTimeout, at: now + settings.requestTimeout))
    }
}
