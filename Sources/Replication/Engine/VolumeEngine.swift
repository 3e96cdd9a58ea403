import ClusterModel

/// The brain of one replicated volume: speaks DRBD's protocol 101 with the peer's engine, decides which copy is good,
/// and says what is to be read, written and sent (drbd-8.4).
///
/// A value: events in, effects out. Block data never comes here, only the names of buffers. `VolumeEvent` holds what the
/// runtime must guarantee. The parts lie in files of their own: `Handshake` (who sends what to whom), `Requests` (what
/// clients want), `Peer` (what the peer wants), `Resync`, `Disk` (metadata), `Orders`, `Connection`, `State`.
package struct VolumeEngine: Sendable {
    let settings: VolumeSettings
    var random: SeededGenerator
    /// The time of the event being handled.
    var now = Instant.origin
    /// What the event being handled has led to so far.
    var effects: [VolumeEffect] = []

    // The volume
    var state = VolumeState()
    /// A disk was attached, or given up on.
    var isStarted = false
    var local: LocalDisk?
    /// This node crashed as Primary and has not been in sync with the peer since.
    var crashedAsPrimary = false
    /// The copy is to be recorded as Outdated although the state does not say so yet.
    var isPartingAsOutdated = false
    /// The peer's copy is Outdated as soon as the connection ends: that was agreed.
    var isPeerPartingAsOutdated = false
    /// What clients see, in bytes; 0 while unknown.
    var deviceBytes: UInt64 = 0
    var clients = 0
    var isSplitBrain = false
    /// The connection was lost when the peer, as target of a resync, may just have finished.
    var mayPeerHaveFinishedResync = false
    /// A person gave this node's changes up: said in the next handshake.
    var discardsOwnChanges = false
    /// The generation clients work on while this node is Primary without a disk.
    var exposedGeneration: GenerationUUID?
    var lastReport: VolumeReport?

    // The disk
    var metadata = MetadataQueue()
    var diskOperations: [DiskOperationID: DiskPurpose] = [:]
    var nextNumber: UInt64 = 1
    /// New generations that are not stored yet.
    var generationsUnderWay = 0

    // The peer
    var session: PeerSession?
    var sessionCount: UInt64 = 0
    var isReconnecting = false

    // Requests
    var requests = RequestTable()
    var ranges = RangeQueue<RangeToken>()
    var logWaits = LogWaits()
    var sent = SentEpochs()
    var isEpochTimerArmed = false
    /// Frozen writes were given up: until this node is secondary or not frozen any more, writes fail.
    var failsFrozenWrites = false

    // The peer's writes
    var peerWrites: [UInt64: PeerWrite] = [:]
    var peerRanges = RangeQueue<UInt64>()
    var received = ReceivedEpochs()
    var isFlushingLeftovers = false
    /// Reads for the peer's clients.
    var peerReads: [UInt64: BlockRequest] = [:]

    // Resync
    var target: ResyncTarget?
    var resyncReads: [UInt64: ResyncRead] = [:]
    /// How much was out of sync when the resync began, in bytes; nil while none runs.
    var resyncTotal: UInt64?
    /// Blocks that could not be read or written, in this resync.
    var resyncFailedBlocks: UInt64 = 0

    var orders: [PendingOrder] = []
    var isStopping = false
    var isStopStored = false
    /// What is counted as it happens; `counters` has the rest.
    var tally = VolumeCounters()

    /// - Parameter seed: from the kernel's random source, or the simulator's.
    package init(settings: VolumeSettings, seed: UInt64) {
        self.settings = settings
        random = SeededGenerator(seed: seed)
    }

    /// Takes an event; the effects are to be carried out in order before the next one.
    package mutating func handle(_ event: VolumeEvent, at now: Instant) -> [VolumeEffect] {
        self.now = now
        take(event)
        settle()
        defer { effects.removeAll(keepingCapacity: true) }
        return effects
    }

    private mutating func take(_ event: VolumeEvent) {
        switch event {
        case .attached(let disk): attach(disk)
        case .attachFailed(let reason): startWithoutDisk(reason)
        case .clientRequested(let id, let operation): clientRequested(id, operation)
        case .clientGone(let ids): abandon(ids)
        case .deviceOpened(let count), .deviceClosed(let count): clients = count
        case .diskCompleted(let id, let result): diskCompleted(id, result)
        case .metadataStored(let id, let result): metadataStored(id, result)
        case .connected(let tieBreak, let features, let version):
            connected(hasTieBreak: tieBreak, features: features, version: version)
        case .packetReceived(let packet, let payload): packetReceived(packet, payload)
        case .packetUnreadable(let reason): protocolError(reason)
        case .connectionLost(let reason): connectionLost(reason)
        case .timerFired(let timer): timerFired(timer)
        case .ordered(let id, let order): ordered(id, order)
        case .stopRequested: stopRequested()
        }
    }

    /// What may follow from any event.
    private mutating func settle() {
        advanceOrders()
        releaseHeldRequests()
        advanceStop()
        storeSuperblockIfChanged()
        reportIfChanged()
    }

    mutating func log(_ level: VolumeLogEntry.Level, _ text: String) {
        effects.append(.log(VolumeLogEntry(level: level, text: text)))
    }

    /// A number that is unique in this engine's life.
    mutating func takeNumber() -> UInt64 {
        defer { nextNumber += 1 }
        return nextNumber
    }
}
