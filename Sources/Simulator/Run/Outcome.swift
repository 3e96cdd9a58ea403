import ClusterModel

/// What became of one run.
package struct Outcome: Sendable {
    /// Order-sensitive hash over all events and effects of all brains.
    package var digest: Digest
    package var violation: Violation?
    package var virtualTime: Duration
    package var events: UInt64
    package var acknowledged: Int
    package var reads: Int
    package var unanswered: Int

    init(_ world: World, _ plan: FaultPlan) {
        digest = world.digest
        violation = world.violation
        virtualTime = world.now - .origin
        events = world.eventCount
        acknowledged = world.clients.reduce(0) { $0 + $1.acknowledged }
        reads = world.clients.reduce(0) { $0 + $1.reads }
        unanswered = world.clients.reduce(0) { $0 + $1.unanswered }
    }
}
