extension ModelState {
    /// The state after a move, and the promise that the move breaks, if it does.
    func applying(_ move: ModelMove, _ rules: ModelRules) -> (state: ModelState, broken: String?) {
        var next = self
        let broken = next.apply(move, rules)
        return (next, broken)
    }

    private mutating func apply(_ move: ModelMove, _ rules: ModelRules) -> String? {
        switch move {
        case .beat(let node): return beat(from: node, rules)
        case .tick: return tick(rules)
        case .probe(let node): probe(node, rules)
        case .connect: return connect()
        case .resync(let node): resync(from: node)
        case .writeAlone(let node): return writeAlone(node)
        case .goOnConfirmed(let node), .goOnInSilence(let node): nodes[node].isSolo = true
        case .stopInSilence(let node): stop(node)
        case .takeOver(let node), .startAlone(let node):
            if let broken = serve(node, isAlone: true) { return broken }
            // The claim is told at once, and stored before anything is started.
            return beatPasses(from: node) ? beat(from: node, rules) : nil
        case .claim(let node): nodes[node].phase = .claiming
        case .start(let node), .takeOffer(let node): return serve(node, isAlone: false)
        case .handOver(let node): handOver(node, rules)
        case .crash, .boot, .hang, .wake, .cutDirect, .healDirect, .cutSerial, .healSerial, .cutLAN, .healLAN,
            .loseGateway,
            .regainGateway:
            change(move, rules)
        }
        return nil
    }

    // MARK: Beats

    private mutating func beat(from node: Int, _ rules: ModelRules) -> String? {
        let sender = nodes[node]
        var hearer = nodes[1 - node]
        hasBeaten[node] = true
        hearer.silence = 0
        hearer.isPingSteady = true
        // An owner that has not heard us for a while may go on alone before we have asked for the address even once.
        hearer.isQuiet = sender.silence == 0 || rules.lacks(.votesUnheard)
        hearer.hasProbed = false
        hearer.view = Self.view(of: sender.phase)
        hearer.seesOutdated = sender.isOutdated
        // Its own copy counts as the answer to what it has not recorded.
        if rules.lacks(.confirmsWithoutRecording), !isConnected, sender.phase == .idle, sender.view == .serving {
            hearer.seesOutdated = true
        }
        // Only who hears us now has consented to what we claim now.
        hearer.hasConsent =
            hearer.phase == .claiming && sender.view == .claiming && sender.silence == 0
            && (sender.phase == .idle || sender.phase == .offering)
        answer(sender, &hearer, rules)
        nodes[1 - node] = hearer
        duel(1 - node, sender, rules)
        return nil
    }

    private static func view(of phase: ModelNode.Phase) -> ModelNode.View {
        switch phase {
        case .idle: .idle
        case .claiming: .claiming
        case .serving: .serving
        case .offering: .offering
        }
    }

    /// What the hearer does about its own copy, or its own claim.
    private func answer(_ sender: ModelNode, _ hearer: inout ModelNode, _ rules: ModelRules) {
        let isAsked = !isConnected && (sender.phase == .serving || sender.phase == .claiming)
        let mayObey = !hearer.isSolo || rules.lacks(.obeysAlthoughItWroteAlone)
        if isAsked, mayObey, hearer.phase == .idle || hearer.phase == .offering, !rules.lacks(.confirmsWithoutRecording)
        {
            hearer.isOutdated = true
        }
        // Who hears that the other writes, or wrote, alone remembers it, whatever its own copy's record says by then.
        if sender.isSolo, !isConnected, !hearer.isSolo { hearer.isCurrent = false }
        if hearer.phase == .offering, sender.phase == .serving { hearer.phase = .idle }
        // Two claims: the second node gives way; a claim beside an owner is void.
        if hearer.phase == .claiming, sender.phase == .serving { hearer.phase = .idle }
    }

    private mutating func duel(_ hearer: Int, _ sender: ModelNode, _ rules: ModelRules) {
        guard !rules.lacks(.neverGivesWay) else { return }
        if nodes[hearer].phase == .serving, sender.phase == .serving, !nodes[hearer].isNewer { stop(hearer) }
        if nodes[hearer].phase == .claiming, sender.phase == .claiming, hearer == 1 { nodes[hearer].phase = .idle }
    }

    private mutating func stop(_ node: Int) {
        nodes[node].phase = .idle
        nodes[node].isNewer = false
        nodes[node].hasProbed = false
    }

    // MARK: Time

    private mutating func tick(_ rules: ModelRules) -> String? {
        for node in 0..<2 where nodes[node].isUp {
            if nodes[node].hung > 0 {
                if !rules.lacks(.hasNoWatchdog), nodes[node].hung >= Self.watchdog {
                    fall(node)
                } else {
                    nodes[node].hung = min(nodes[node].hung + 1, 3)
                }
            } else {
                if !hasBeaten[1 - node] { nodes[node].silence = min(nodes[node].silence + 1, Self.bound) }
                if !pings(node) { nodes[node].isPingSteady = false }
            }
            nodes[node].hasProbed = false
        }
        hasBeaten = [false, false]
        overlap = isDouble ? min(overlap + 1, 7) : 0
        // An owner that is cut off has its bound, and a hang the watchdog's time.
        return overlap > Self.bound ? "two nodes have served clients who reach both for longer than the bound" : nil
    }

    private mutating func probe(_ node: Int, _ rules: ModelRules) {
        nodes[node].hasProbed = true
        guard addressAnswers(to: node) else {
            // An answer early in the silence stays known; only the mutated rule forgets it.
            if rules.lacks(.probesOnlyAtTheEnd) { nodes[node].isQuiet = true }
            return
        }
        nodes[node].isQuiet = false
        // A copy that is known to be the better one only waits.
        if nodes[node].silence >= Self.deadtime, !nodes[node].isSolo { nodes[node].isOutdated = true }
    }

    // MARK: Copies

    private mutating func connect() -> String? {
        if nodes[0].isSolo, nodes[1].isSolo { return "both copies were written apart: split brain" }
        isConnected = true
        // The generations tell which copy is older.
        for node in 0..<2 {
            if nodes[1 - node].isSolo || !nodes[node].isComplete { nodes[node].isOutdated = true }
            nodes[node].isCurrent = !nodes[node].isOutdated
        }
        return nil
    }

    private mutating func resync(from node: Int) {
        nodes[1 - node].isOutdated = false
        nodes[1 - node].isCurrent = true
        nodes[1 - node].isComplete = nodes[node].isComplete
        nodes[node].isSolo = false
        nodes[node].seesOutdated = false
    }

    private mutating func writeAlone(_ node: Int) -> String? {
        if !nodes[node].isComplete { return "a copy that lacks acknowledged writes is written to" }
        nodes[node].isSolo = true
        nodes[1 - node].isComplete = false
        return nil
    }

    // MARK: Ownership

    private mutating func serve(_ node: Int, isAlone: Bool) -> String? {
        if !nodes[node].isComplete { return "a copy that lacks acknowledged writes serves" }
        if !isAlone, nodes[1 - node].phase == .serving, nodes[1 - node].isUp {
            return "a node starts by agreement while the other still serves"
        }
        nodes[node].phase = .serving
        nodes[node].isNewer = true
        nodes[1 - node].isNewer = false
        nodes[node].isCurrent = true
        // News is told at once.
        hasBeaten[node] = false
        if isAlone { nodes[node].isSolo = true }
        return nil
    }

    private mutating func handOver(_ node: Int, _ rules: ModelRules) {
        budget -= 1
        if rules.lacks(.handsOverBeforeStopping) {
            nodes[1 - node].view = .offering
        } else {
            nodes[node].phase = .offering
            nodes[node].isNewer = false
        }
    }

    // MARK: What goes wrong

    private mutating func change(_ move: ModelMove, _ rules: ModelRules) {
        switch move {
        case .crash(let node): fall(node)
        case .boot(let node): boot(node)
        case .hang(let node):
            nodes[node].hung = 1
            isConnected = false
        case .wake(let node): wake(node, rules)
        case .cutDirect:
            isDirectUp = false
            isConnected = false
        case .healDirect: isDirectUp = true
        case .cutSerial: isSerialUp = false
        case .healSerial: isSerialUp = true
        case .cutLAN(let node): isLANUp[node] = false
        case .healLAN(let node): isLANUp[node] = true
        case .loseGateway: isGatewayUp = false
        case .regainGateway: isGatewayUp = true
        default: preconditionFailure("\(move) is nothing that goes wrong")
        }
        switch move {
        case .crash, .hang, .cutDirect, .cutSerial, .cutLAN, .loseGateway: budget -= 1
        default: break
        }
        // A ping missed at any moment of the silence counts.
        for node in 0..<2 where nodes[node].silence > 0 && !pings(node) { nodes[node].isPingSteady = false }
    }

    private mutating func fall(_ node: Int) {
        let before = nodes[node]
        nodes[node] = ModelNode()
        hasBeaten[node] = false
        nodes[node].isUp = false
        nodes[node].isCurrent = before.isSolo
        nodes[node].isComplete = before.isComplete
        nodes[node].isOutdated = before.isOutdated
        nodes[node].isSolo = before.isSolo
        isConnected = false
    }

    private mutating func boot(_ node: Int) {
        nodes[node].isUp = true
        nodes[node].view = .unknown
    }

    /// After a stall the silence is measured anew: what was not heard proves nothing. But who stalled while the other was silent
    /// has not asked in time: the other may have gone on alone, or taken over, meanwhile.
    private mutating func wake(_ node: Int, _ rules: ModelRules) {
        let hasMissed = nodes[node].hung > 1
        nodes[node].hung = 0
        guard hasMissed else { return }
        // An owner's bound is not put off by that.
        if nodes[node].phase != .serving { nodes[node].silence = 0 }
        nodes[node].isPingSteady = rules.lacks(.votesAfterStalling)
        nodes[node].isQuiet = rules.lacks(.votesAfterStalling)
        nodes[node].hasProbed = false
    }
}
