/// One heartbeat: all that a node has to say, every time. Beats carry state, never events, so a lost, repeated or
/// reordered one does no harm, and a hand-over needs no request to arrive.
///
/// Sent on every link each keepalive and at once when something in it changes. `WireFormat` gives it bytes (at most
/// 479), `Authentication` signs it.
package struct Heartbeat: Hashable, Sendable {
    /// Which cluster this is; beats of another cluster on the same wire are counted and dropped.
    package var cluster: String
    package var sender: NodeName
    /// Which boot of the machine this is: a peer that rebooted faster than deadtime shows by it.
    package var boot: UInt64
    /// Which run of `bascule run` this is; grows with every start on the same machine (wall clock at start, nanoseconds,
    /// never below the stored last one).
    package var incarnation: UInt64
    /// Grows by one with every beat of an incarnation, the same number on all links: older ones are replays or duplicates.
    package var sequence: UInt64
    /// Digest of `cluster.toml`'s meaning; a difference is reported within one beat.
    package var configuration: UInt64
    package var phase: NodePhase
    package var epoch: Epoch
    /// In order of the cluster definition.
    package var groups: [GroupReport]
    package var volumes: [VolumeBeat]
    /// Which of the peer's links this node hears, so that a one-way cut is noticed by the other side.
    package var hears: [LinkName]
    /// The newest beat of the peer's that this node has seen, so that the peer knows what is known of it.
    package var heard: HeardMark?
    /// Whether a ping node answers this node; nil where none is configured.
    package var reachesPingNode: Bool?
    /// Volumes of the peer's that this node, frozen, wants outdated (rule R2).
    package var outdateRequests: [VolumeName]

    package init(
        cluster: String, sender: NodeName, boot: UInt64, incarnation: UInt64, sequence: UInt64, configuration: UInt64,
        phase: NodePhase, epoch: Epoch = .zero, groups: [GroupReport] = [], volumes: [VolumeBeat] = [],
        hears: [LinkName] = [], heard: HeardMark? = nil, reachesPingNode: Bool? = nil,
        outdateRequests: [VolumeName] = []
    ) {
        self.cluster = cluster
        self.sender = sender
        self.boot = boot
        self.incarnation = incarnation
        self.sequence = sequence
        self.configuration = configuration
        self.phase = phase
        self.epoch = epoch
        self.groups = groups
        self.volumes = volumes
        self.hears = hears
        self.heard = heard
        self.reachesPingNode = reachesPingNode
        self.outdateRequests = outdateRequests
    }
}

/// Which beat of the other node a node has seen last, and how long ago.
package struct HeardMark: Hashable, Sendable {
    package var incarnation: UInt64
    package var sequence: UInt64
    /// Between its arrival and the sending of this beat; saturates.
    package var ageMicroseconds: UInt32

    package init(incarnation: UInt64, sequence: UInt64, ageMicroseconds: UInt32) {
        self.incarnation = incarnation
        self.sequence = sequence
        self.ageMicroseconds = ageMicroseconds
    }
}

/// Where a node is in its life.
package enum NodePhase: UInt8, Hashable, Sendable, Codable {
    /// Up, not yet sure of its surroundings (initdead).
    case starting
    /// Takes part.
    case active
    /// Going down in order; releases what it holds.
    case leaving
    /// Has released everything; silence after this is no death.
    case left
}

/// One group as one node sees it.
package struct GroupReport: Hashable, Sendable, Codable {
    package enum Phase: UInt8, Hashable, Sendable, Codable {
        /// Nothing of it runs here.
        case stopped
        case starting
        case serving
        case stopping
        /// A stop failed or hung: something of it may still run here, the other node must not start it.
        case stuck
        /// Wants to start it and waits for the other node's consent; nothing of it runs here.
        case claiming
    }
    /// What this node wants the other to do about it.
    package enum Wish: UInt8, Hashable, Sendable, Codable {
        case none
        /// I stop it (or have stopped it) so that you serve: take it as soon as my phase is stopped.
        case takeIt
        /// Stop it and give it to me.
        case giveItToMe
    }

    package var group: GroupName
    package var phase: Phase
    package var wish: Wish
    /// Whether this node could serve it now; false after a failed start here, or without a current copy.
    package var isAble: Bool
    /// Epoch under which the phase was entered.
    package var epoch: Epoch

    package init(
        group: GroupName, phase: Phase = .stopped, wish: Wish = .none, isAble: Bool = true, epoch: Epoch = .zero
    ) {
        self.group = group
        self.phase = phase
        self.wish = wish
        self.isAble = isAble
        self.epoch = epoch
    }
}

/// A volume's report with its name, as a beat carries it.
package struct VolumeBeat: Hashable, Sendable, Codable {
    package var volume: VolumeName
    package var report: VolumeReport

    package init(volume: VolumeName, report: VolumeReport) {
        self.volume = volume
        self.report = report
    }
}
