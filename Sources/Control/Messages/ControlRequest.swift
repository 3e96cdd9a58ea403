import ClusterModel

/// What a subcommand asks of `bascule run` or of one `bascule volume` over its control socket.
///
/// Travels as JSON in an envelope with a version (``ControlCodec``). A case that is added later is refused by an older
/// daemon with a clear error, never misunderstood.
package enum ControlRequest: Hashable, Sendable, Codable {
    /// The whole node: ``NodeStatusDocument``. Answered by `bascule run`.
    case status
    /// The state as it changes: one status document now and one after each `interval`, until the client closes.
    case watch(intervalMilliseconds: UInt32)
    /// Hand the groups over to the peer, in order; refused where the peer could not serve them.
    case standby(groups: GroupSelection)
    /// Take the groups from the peer, in order.
    case takeover(groups: GroupSelection)
    /// Take groups that nobody serves where nothing proves that this copy is current or that the peer is gone. The person
    /// was told what may be lost. A case of its own, so that a daemon that does not know it never takes it for the other.
    case forcedTakeover(groups: GroupSelection)
    /// Move the groups to the nodes they prefer.
    case failback(groups: GroupSelection)
    /// Forget failed starts, stuck stops and self-fences: a person removed their cause.
    case clear(groups: GroupSelection)
    /// What the node would do if `change` happened, e.g. `unplug eth1`; nothing is done.
    case explain(change: String)
    /// End the daemon in order: the groups move to the peer first, where it can serve them, else they stop.
    case shutdown
    /// Something about one volume. `bascule run` passes it on to the volume's own process.
    case volume(VolumeName, VolumeRequest)
}

/// What can be asked of the engine of one volume.
package enum VolumeRequest: Hashable, Sendable, Codable {
    /// The engine's state in full: ``VolumeStatusDocument``.
    case status
    /// One ``ControlResponse/volumeReport(_:)`` now and one after every change, until the client closes. The cluster
    /// process holds such a connection to each engine; its end means that the engine is gone.
    case follow
    /// An order of the cluster or of a person, answered with an outcome. `declareUpToDate` is the first synchronisation.
    case order(VolumeOrder)
    /// End the engine in order.
    case shutdown
}

/// Which groups a move is about.
package enum GroupSelection: Hashable, Sendable, Codable {
    case all
    case one(GroupName)
}
