import ClusterModel

/// What `PeerMonitor` noticed; the node turns it into log lines and decisions.
package enum PeerObservation: Hashable, Sendable {
    case linkUp(LinkName)
    case linkLate(LinkName)
    case linkSilent(LinkName)
    /// The peer does not list the link among those it hears, though we hear it there: a one-way cut.
    case linkUnheardByPeer(LinkName)
    case linkHeardByPeerAgain(LinkName)
    /// First beat since we started.
    case heardFirst
    /// A beat after it was dead, absent or had left.
    case returned(after: Duration)
    case late(silence: Duration)
    case dead(silence: Duration)
    case absent
    case left
    /// Another boot of the machine: whatever ran on the old one is gone.
    case rebooted
    /// Another run of the cluster process on the same boot: what ran on the machine may still run.
    case restarted
    case configurationDiffers
    case configurationAgrees
    /// The beat is newer than all before and is now what is known of the peer.
    case news
}
