import ClusterModel

/// Requests of persons that are under way.
struct RequestDesk: Sendable {
    enum Goal: Hashable, Sendable {
        case servedThere(GroupName)
        case servedHere(GroupName)
        /// The order to a volume's engine is answered.
        case ordered(OrderID, VolumeName)
    }

    struct Entry: Hashable, Sendable {
        var id: RequestID
        /// What is still to be reached.
        var goals: [Goal]
        var deadline: Instant
        var reached: [String] = []
    }

    var entries: [Entry] = []

    var nextDeadline: Instant? { entries.map(\.deadline).min() }
}
