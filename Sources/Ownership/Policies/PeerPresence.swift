import ClusterModel

/// The other node as ownership looks at it.
package enum PeerPresence: Hashable, Sendable {
    /// Not heard yet, and it is too early to say that it is not there.
    case unknown
    /// Not heard since the boot, and initdead is over.
    case absent
    /// Its beats arrive (or are late).
    case present
    /// Silent on every link for deadtime.
    case dead
    /// It said that it stopped.
    case left
}
