import ClusterModel

/// Keeps the stored state in step with what the node decided, and knows what has reached stable storage.
struct StoreDesk: Sendable {
    /// How long after a failed store it is tried again.
    static let pause = Duration.seconds(1)

    private var lastID: UInt64 = 0
    private var storedID: UInt64 = 0
    private var issued: [(id: UInt64, epoch: Epoch)] = []
    private(set) var latest: StoredState
    /// The highest epoch on stable storage.
    private(set) var storedEpoch: Epoch
    /// When the latest state is to be issued again after a failure.
    private(set) var retryAt: Instant?
    private(set) var failure: String?

    init(_ stored: StoredState) {
        latest = stored
        storedEpoch = stored.epoch
    }

    /// The number whose completion means that `state` is stored, and the effect if it has to be written first.
    mutating func save(_ state: StoredState) -> (id: StoreID, effect: NodeEffect?) {
        guard state != latest else { return (StoreID(lastID), nil) }
        latest = state
        return issue()
    }

    func isStored(_ id: StoreID) -> Bool { storedID >= id.number }

    mutating func stored(_ id: StoreID) {
        storedID = max(storedID, id.number)
        for entry in issued where entry.id <= id.number { storedEpoch = max(storedEpoch, entry.epoch) }
        issued.removeAll { $0.id <= id.number }
        if issued.isEmpty {
            retryAt = nil
            failure = nil
        }
    }

    mutating func failed(_ id: StoreID, _ reason: String, at now: Instant) {
        guard !isStored(id) else { return }
        failure = reason
        retryAt = now + Self.pause
    }

    /// Issues the latest state again when a failure's pause is over.
    mutating func retry(at now: Instant) -> NodeEffect? {
        guard let retryAt, retryAt <= now else { return nil }
        self.retryAt = nil
        return issue().effect
    }

    private mutating func issue() -> (id: StoreID, effect: NodeEffect?) {
        lastID += 1
        issued.append((lastID, latest.epoch))
        return (StoreID(lastID), .storeState(StoreID(lastID), latest))
    }
}
