import ClusterModel

/// An order that is not answered yet.
struct PendingOrder: Hashable, Sendable {
    enum Phase: Hashable, Sendable {
        /// Looked at again after every event.
        case waiting
        /// The peer was asked.
        case asked
        /// Decided; the answer comes when it is on stable storage.
        case storing
    }

    let id: OrderID
    let order: VolumeOrder
    var phase = Phase.waiting
}
