/// One of the two nodes of the abstract pair.
struct ModelNode: Hashable {
    enum Phase: UInt8 {
        case idle, claiming, serving
        /// Has stopped it for the other node, which may take it.
        case offering
    }

    /// What it last heard of the other node; nothing since its own boot: `unknown`.
    enum View: UInt8 {
        case unknown, idle, claiming, serving, offering
    }

    var isUp = true
    /// Ticks since user space stands still, 0: it runs. The kernel answers all the same.
    var hung: UInt8 = 0
    var phase = Phase.idle
    /// The copy holds every acknowledged write.
    var isComplete = true
    /// Marked outdated on stable storage.
    var isOutdated = false
    /// Its records say that the other copy is outdated: it may write, and start, alone.
    var isSolo = false
    /// It was seen in this boot, or is known by its records, that the copy is the current one.
    var isCurrent = true
    /// Ticks of silence since the last beat, up to twice deadtime.
    var silence: UInt8 = 0
    /// A ping node has answered throughout this silence.
    var isPingSteady = true
    /// Nobody has answered for the address throughout this silence, since warntime.
    var isQuiet = true
    /// Asked for the address in this tick.
    var hasProbed = false
    var view = View.unknown
    /// The beat that was heard said that the other's copy is outdated.
    var seesOutdated = false
    /// The other has heard our claim and runs nothing: it consents.
    var hasConsent = false
    /// The higher of two owners' epochs: only who took over last matters.
    var isNewer = false

    var isAwake: Bool { isUp && hung == 0 }
    /// Holds the address, whether it hangs or not.
    var holdsAddress: Bool { isUp && phase == .serving }

    /// 21 bits.
    var packed: UInt64 {
        var bits: UInt64 = 0
        func add(_ value: UInt64, _ width: UInt64) { bits = bits << width | value }
        func add(_ flag: Bool) { add(flag ? 1 : 0, 1) }
        add(isUp)
        add(UInt64(hung), 2)
        add(UInt64(phase.rawValue), 2)
        add(isComplete)
        add(isOutdated)
        add(isSolo)
        add(isCurrent)
        add(UInt64(silence), 3)
        add(isPingSteady)
        add(isQuiet)
        add(hasProbed)
        add(UInt64(view.rawValue), 3)
        add(seesOutdated)
        add(hasConsent)
        add(isNewer)
        return bits
    }
}

/// The abstract pair: one group, one volume, beats over the direct cable and the serial line, replication over the direct
/// cable, and a LAN with both nodes, the ping node and the clients.
struct ModelState: Hashable {
    var nodes = [ModelNode(), ModelNode()]
    var isDirectUp = true
    var isSerialUp = true
    /// Each node's cable to the switch.
    var isLANUp = [true, true]
    var isGatewayUp = true
    var isConnected = true
    /// In this tick the node's beat has arrived.
    var hasBeaten = [false, false]
    /// Ticks in which both served clients who reach both.
    var overlap: UInt8 = 0
    /// Faults and requests of persons that may still happen.
    var budget: UInt8

    /// At most 64 bits: the key under which the state is remembered.
    var packed: UInt64 {
        var bits = nodes[0].packed << 22 | nodes[1].packed
        func add(_ value: UInt64, _ width: UInt64) { bits = bits << width | value }
        func add(_ flag: Bool) { add(flag ? 1 : 0, 1) }
        add(isDirectUp)
        add(isSerialUp)
        add(isLANUp[0])
        add(isLANUp[1])
        add(isGatewayUp)
        add(isConnected)
        add(hasBeaten[0])
        add(hasBeaten[1])
        add(UInt64(overlap), 3)
        add(UInt64(budget), 3)
        return bits
    }

    /// The pair as it serves in peace: the first node is the owner.
    init(budget: UInt8) {
        self.budget = budget
        nodes[0].phase = .serving
        nodes[0].isNewer = true
        nodes[0].view = .idle
        nodes[1].view = .serving
    }

    // MARK: What can be reached

    /// Whether a beat of `node` reaches the other's loop.
    func beatPasses(from node: Int) -> Bool {
        (isDirectUp || isSerialUp) && nodes[node].isAwake && nodes[1 - node].isAwake
    }

    func pings(_ node: Int) -> Bool { isLANUp[node] && isGatewayUp }

    /// Whether the other node's kernel answers for the address when `node` asks.
    func addressAnswers(to node: Int) -> Bool {
        isLANUp[0] && isLANUp[1] && nodes[1 - node].holdsAddress
    }

    /// Both serve, and a client reaches both.
    var isDouble: Bool {
        isLANUp[0] && isLANUp[1] && nodes[0].holdsAddress && nodes[1].holdsAddress
    }
}
