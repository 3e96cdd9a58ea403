import ClusterModel

/// Everything that counts when a group that is stopped here might be started here.
package struct StartFacts: Sendable {
    package var group: GroupDefinition
    package var me: NodeName
    package var peer: NodeName
    /// Past its start and not going down.
    package var isActive: Bool
    /// Why this node must not start it, apart from volumes: a failed start, a fence loop.
    package var disability: String?
    /// A person wants it here whatever is not proved.
    package var isForced: Bool
    package var presence: PeerPresence
    /// What the peer last said of its own life, and of the group; nil: it was never heard, or does not know the group.
    package var peerPhase: NodePhase?
    package var report: GroupReport?
    /// How long the peer has been heard without a break.
    package var peerAge: Duration
    /// The peer's machine went down with the group on it and is up again.
    package var isPeerReborn: Bool
    /// This node offers the group to the peer.
    package var isOffered: Bool
    package var volumes: [VolumeFacts]
    /// What silence shows; looked at only when the peer is dead or absent.
    package var silence: SilenceFacts

    package init(
        group: GroupDefinition, me: NodeName, peer: NodeName, isActive: Bool = true, disability: String? = nil,
        isForced: Bool = false, presence: PeerPresence = .present, peerPhase: NodePhase? = .active,
        report: GroupReport? = nil, peerAge: Duration = .seconds(3600), isPeerReborn: Bool = false,
        isOffered: Bool = false, volumes: [VolumeFacts] = [], silence: SilenceFacts
    ) {
        self.group = group
        self.me = me
        self.peer = peer
        self.isActive = isActive
        self.disability = disability
        self.isForced = isForced
        self.presence = presence
        self.peerPhase = peerPhase
        self.report = report
        self.peerAge = peerAge
        self.isPeerReborn = isPeerReborn
        self.isOffered = isOffered
        self.volumes = volumes
        self.silence = silence
    }
}

/// What silence shows about a node that is not heard.
package struct SilenceFacts: Hashable, Sendable {
    package var duration: Duration
    package var ping: PingFinding
    package var probe: ProbeFinding
    /// In this silence the time to take over has passed: the owner may have gone on alone, so that this copy may be old.
    package var isVoteOver: Bool
    /// The peer was starting the group when it fell silent: how long it may take until its address answers, if it lives.
    package var startPatience: Duration?
    /// Since the peer was declared dead or absent.
    package var sinceDeclared: Duration
    /// This node stopped what it served in this silence, as configured (R5).
    package var hasStoodDown: Bool
    /// Links whose carriers fell together.
    package var fallenCarriers: [LinkName]

    package init(
        duration: Duration = .zero, ping: PingFinding = .notConfigured, probe: ProbeFinding = .notAsked,
        isVoteOver: Bool = false, startPatience: Duration? = nil, sinceDeclared: Duration = .seconds(3600),
        hasStoodDown: Bool = false,
        fallenCarriers: [LinkName] = []
    ) {
        self.duration = duration
        self.ping = ping
        self.probe = probe
        self.isVoteOver = isVoteOver
        self.startPatience = startPatience
        self.sinceDeclared = sinceDeclared
        self.hasStoodDown = hasStoodDown
        self.fallenCarriers = fallenCarriers
    }
}

/// What the ping nodes say about this node's own view of the clients.
package enum PingFinding: Hashable, Sendable {
    case notConfigured
    case answeredThroughout
    case notThroughout
    /// None answered either node while both still agreed on that: an owner is no worse off than without any (R5). A
    /// standby takes nothing over all the same, so that the two can never both go ahead.
    case deadForBoth
}

/// What asking for the group's addresses brought.
package enum ProbeFinding: Hashable, Sendable {
    case notAsked
    case asking
    /// Nobody holds them.
    case quiet
    /// The group has no address: nobody can be asked.
    case noAddress
    /// Somebody holds one; the hardware address as text.
    case answered(String)
}
