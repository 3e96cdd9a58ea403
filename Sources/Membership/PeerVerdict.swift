import ClusterModel

/// What this node makes of its peer's beats, or their absence.
package enum PeerVerdict: Hashable, Sendable {
    /// Not heard since we started; initdead is not over.
    case unheard
    /// Not heard since we started, and initdead is over.
    case absent
    /// Heard within warntime on at least one link.
    case alive
    /// Silent on every link for warntime.
    case late
    /// Silent on every link for deadtime.
    case dead
    /// Said that it stopped in order; silence after that is no death.
    case left
}
