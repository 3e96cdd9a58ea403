import ClusterModel

/// One total silence of the peer, from its last beat to its next one.
struct SilenceEpisode: Hashable, Sendable {
    /// The last beat, or the start of listening.
    var since: Instant
    /// Since when ping nodes must have answered for this node's vote.
    var windowStart: Instant
    /// The peer was declared dead, or absent.
    let declaredAt: Instant
    /// A standby that has not taken over by then does not any more.
    var voteEnds: Instant
    var isVoteOver = false
    /// The owner was granted to go on alone.
    var isGoingOnAlone = false
    /// The owner stopped in it, as configured: it does not take back what nobody seems to hold.
    var hasStoodDown = false
    /// An owner that was not granted it stops then.
    var bound: Instant
    /// No ping node answered us, or either of us, when the peer was last heard.
    let wasPingDeadHere: Bool
    let wasPingDeadForBoth: Bool

    init(since: Instant, declaredAt: Instant, deadtime: Duration, pingViews: (own: Bool?, peer: Bool?)) {
        self.since = since
        windowStart = since
        self.declaredAt = declaredAt
        voteEnds = declaredAt + deadtime + .seconds(5)
        bound = declaredAt + deadtime
        wasPingDeadHere = pingViews.own == false
        wasPingDeadForBoth = pingViews.own == false && pingViews.peer == false
    }

    /// The peer's engine, alive until now, fell silent too: a new moment to decide, on both sides. What was granted while
    /// the copies were the same must not be used now that they can differ.
    mutating func reopen(at now: Instant, deadtime: Duration) {
        isVoteOver = false
        isGoingOnAlone = false
        bound = now + deadtime
        windowStart = max(since, now - deadtime)
        voteEnds = now + deadtime + .seconds(2)
    }
}
