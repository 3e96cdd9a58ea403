import ClusterModel

/// What clients want, by the engine's own numbers, which rise in the order of acceptance and name a request to the
/// peer (`BlockID`).
struct RequestTable: Sendable {
    struct Held: Hashable, Sendable {
        let request: RequestID
        let operation: ClientOperation
    }

    var writes: [UInt64: ClientWrite] = [:]
    var reads: [UInt64: ClientRead] = [:]
    /// Few at a time, oldest first.
    var flushes: [ClientFlush] = []
    /// Not accepted yet: writes are held back.
    var held = Queue<Held>()
    /// Written here only, while the peer's copy may still serve: not to be acknowledged yet. Oldest first.
    var stalled: [UInt64] = []
    /// Sent over a connection that was lost, not answered, to be sent again or given up. Oldest first.
    var interrupted: [UInt64] = []
    /// Answered over a connection that was lost, in epochs that were not. Oldest first.
    var unsettled: [UInt64] = []

    /// Whether anything of a client's is under way. Writes that only wait for their epoch do not count.
    var incompleteWrites = 0

    var isIdle: Bool { incompleteWrites == 0 && reads.isEmpty && flushes.isEmpty && held.isEmpty }
}
