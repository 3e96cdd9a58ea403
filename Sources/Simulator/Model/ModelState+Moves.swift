extension ModelState {
    /// Ticks of silence after which the other node is late, is dead, and after which a cut-off owner must have stopped. The two
    /// nodes' silences may differ by one tick, so late and dead must lie further apart than that.
    static let warntime: UInt8 = 1
    static let deadtime: UInt8 = 3
    static let bound: UInt8 = 6
    /// Ticks after which the watchdog has fired.
    static let watchdog: UInt8 = 2

    /// Everything that can happen now.
    func moves(_ rules: ModelRules) -> [ModelMove] {
        var moves: [ModelMove] = []
        for node in 0..<2 where nodes[node].isAwake { addDecisions(of: node, rules, to: &moves) }
        // Engines take longer to find each other than a beat takes to arrive.
        if !isConnected, isDirectUp, nodes[0].isAwake, nodes[1].isAwake, hasBeaten == [true, true] {
            moves.append(.connect)
        }
        if mayTick(rules) { moves.append(.tick) }
        addHeals(to: &moves)
        if budget > 0 { addFaults(to: &moves) }
        return moves
    }

    private func addDecisions(of node: Int, _ rules: ModelRules, to moves: inout [ModelMove]) {
        let own = nodes[node]
        let peer = nodes[1 - node]
        if beatPasses(from: node), !hasBeaten[node] { moves.append(.beat(from: node)) }
        if own.phase == .serving {
            if !isConnected {
                // A node tells what it has become before anything comes of it.
                let hasTold = hasBeaten[node] || !beatPasses(from: node)
                if hasTold, own.isSolo || rules.lacks(.doesNotFreeze) { moves.append(.writeAlone(node)) }
                if !own.isSolo, mayGoOnConfirmed(node, rules) { moves.append(.goOnConfirmed(node)) }
                if !own.isSolo, mayGoOnInSilence(node, rules) { moves.append(.goOnInSilence(node)) }
            }
            if mustStop(node, rules) { moves.append(.stopInSilence(node)) }
            if isConnected, budget > 0, !peer.isOutdated, own.view == .idle { moves.append(.handOver(node)) }
        }
        if isConnected, peer.isOutdated, !own.isOutdated { moves.append(.resync(from: node)) }
        if own.phase == .idle { addStarts(of: node, rules, to: &moves) }
        let isCurrent = isConnected || own.isSolo || own.seesOutdated
        if own.phase == .claiming, own.hasConsent || rules.lacks(.startsWithoutConsent), isCurrent, !own.isOutdated,
            own.silence == 0
        {
            moves.append(.start(node))
        }
    }

    private func addStarts(of node: Int, _ rules: ModelRules, to moves: inout [ModelMove]) {
        let own = nodes[node]
        if own.silence >= Self.warntime, !own.hasProbed { moves.append(.probe(node)) }
        guard !own.isOutdated || rules.lacks(.servesOutdated) else { return }
        if own.silence < Self.deadtime {
            // Beside a peer that is heard, and runs nothing.
            if own.view == .idle { moves.append(.claim(node)) }
            if own.view == .offering { moves.append(.takeOffer(node)) }
            return
        }
        guard own.hasProbed && own.isQuiet || rules.lacks(.doesNotProbe) else { return }
        if own.view == .unknown {
            if own.isSolo || rules.lacks(.startsAloneWithoutProof) { moves.append(.startAlone(node)) }
        } else if own.isCurrent || rules.lacks(.takesOverUnproved), mayTakeOver(node, rules) {
            moves.append(.takeOver(node))
        }
    }

    /// R3. Where no ping node is configured the address alone decides (R5).
    private func mayTakeOver(_ node: Int, _ rules: ModelRules) -> Bool {
        // Nobody ran it: both would find the address free, so only the preferred node starts it unheard.
        if nodes[node].view != .serving, node != 0, !rules.lacks(.bothStartUnserved) { return false }
        if rules.lacks(.takesOverWithoutPing) || !rules.hasPingNode { return true }
        return pings(node) && (nodes[node].isPingSteady || rules.lacks(.pingsOnlyAtTheEnd))
    }

    private func mayGoOnConfirmed(_ node: Int, _ rules: ModelRules) -> Bool {
        guard nodes[node].silence < Self.deadtime else { return false }
        return nodes[node].seesOutdated || rules.lacks(.doesNotWaitForConfirmation)
    }

    /// R4 and R5.
    private func mayGoOnInSilence(_ node: Int, _ rules: ModelRules) -> Bool {
        guard nodes[node].silence >= Self.deadtime else { return false }
        if addressAnswers(to: node), !rules.lacks(.goesOnUnasked) { return false }
        if rules.lacks(.goesOnWithoutPing) || rules.lacks(.keepsServingUnasked) { return true }
        return rules.hasPingNode && pings(node) && nodes[node].isPingSteady
    }

    /// R4: a frozen owner whose bound is over. Without a ping node the owner chose to stop as soon as the peer is dead (R5).
    private func mustStop(_ node: Int, _ rules: ModelRules) -> Bool {
        let own = nodes[node]
        guard own.isAwake, own.phase == .serving, !own.isSolo, !rules.lacks(.neverStops) else { return false }
        if rules.lacks(.keepsServingUnasked) { return false }
        return own.silence >= (rules.hasPingNode ? Self.bound : Self.deadtime)
    }

    /// Time may pass when nothing is left that is sure to have happened by then.
    private func mayTick(_ rules: ModelRules) -> Bool {
        for node in 0..<2 {
            if beatPasses(from: node), !hasBeaten[node] { return false }
            if mustStop(node, rules) { return false }
            let own = nodes[node]
            // The probe begins at warntime, and is repeated.
            let mustProbe = own.isAwake && own.phase == .idle && own.silence >= Self.warntime
            if mustProbe, !own.hasProbed, !rules.lacks(.probesOnlyAtTheEnd) { return false }
        }
        return true
    }

    private func addHeals(to moves: inout [ModelMove]) {
        if !isDirectUp { moves.append(.healDirect) }
        if !isSerialUp { moves.append(.healSerial) }
        if !isGatewayUp { moves.append(.regainGateway) }
        for node in 0..<2 {
            if !isLANUp[node] { moves.append(.healLAN(node)) }
            if !nodes[node].isUp { moves.append(.boot(node)) }
            if nodes[node].isUp, nodes[node].hung > 0 { moves.append(.wake(node)) }
        }
    }

    private func addFaults(to moves: inout [ModelMove]) {
        if isDirectUp { moves.append(.cutDirect) }
        if isSerialUp { moves.append(.cutSerial) }
        if isGatewayUp { moves.append(.loseGateway) }
        for node in 0..<2 {
            if isLANUp[node] { moves.append(.cutLAN(node)) }
            if nodes[node].isUp { moves.append(.crash(node)) }
            if nodes[node].isAwake { moves.append(.hang(node)) }
        }
    }
}
