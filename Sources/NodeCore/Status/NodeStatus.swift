import ClusterModel
import Ownership

/// Everything that `bascule status` shows about the cluster as this node sees it.
package struct NodeStatus: Hashable, Sendable, Codable {
    package var cluster: String
    package var node: NodeName
    package var phase: NodePhase
    package var epoch: Epoch
    package var boot: UInt64
    package var incarnation: UInt64
    package var peer: PeerStatus
    package var links: [LinkStatus]
    package var pingNodes: [PingStatus]
    package var groups: [GroupStatus]
    package var volumes: [VolumeStatus]
    /// Latest last, at most 32.
    package var decisions: [Decision]
    /// Things a person should look at, one sentence each.
    package var warnings: [String]

    package init(
        cluster: String, node: NodeName, phase: NodePhase, epoch: Epoch, boot: UInt64, incarnation: UInt64,
        peer: PeerStatus, links: [LinkStatus] = [], pingNodes: [PingStatus] = [], groups: [GroupStatus] = [],
        volumes: [VolumeStatus] = [], decisions: [Decision] = [], warnings: [String] = []
    ) {
        self.cluster = cluster
        self.node = node
        self.phase = phase
        self.epoch = epoch
        self.boot = boot
        self.incarnation = incarnation
        self.peer = peer
        self.links = links
        self.pingNodes = pingNodes
        self.groups = groups
        self.volumes = volumes
        self.decisions = decisions
        self.warnings = warnings
    }
}

/// The other node as this one sees it.
package struct PeerStatus: Hashable, Sendable, Codable {
    package var name: NodeName
    package var verdict: PeerVerdictWord
    package var phase: NodePhase?
    package var boot: UInt64?
    /// Since the last beat on any link; nil: never heard.
    package var silenceMilliseconds: Int64?
    /// Estimated one-way delay of the fastest link.
    package var delayMicroseconds: Int64?
    /// nil: never heard.
    package var hasSameConfiguration: Bool?
    /// "serv-b is up since its last start", "serv-b is dead: silent on lan, null-modem for 10 s".
    package var sentence: String

    package init(
        name: NodeName, verdict: PeerVerdictWord, phase: NodePhase? = nil, boot: UInt64? = nil,
        silenceMilliseconds: Int64? = nil, delayMicroseconds: Int64? = nil, hasSameConfiguration: Bool? = nil,
        sentence: String
    ) {
        self.name = name
        self.verdict = verdict
        self.phase = phase
        self.boot = boot
        self.silenceMilliseconds = silenceMilliseconds
        self.delayMicroseconds = delayMicroseconds
        self.hasSameConfiguration = hasSameConfiguration
        self.sentence = sentence
    }
}

/// The verdict on the peer in one word.
package enum PeerVerdictWord: String, Hashable, Sendable, Codable, CaseIterable {
    /// Not heard since we started, initdead is not over.
    case unheard
    /// Not heard since we started, initdead is over.
    case absent
    case alive
    /// Silent for longer than warntime.
    case late
    /// Silent on every link for deadtime.
    case dead
    /// Said that it stopped.
    case left
}

/// One heartbeat link.
package struct LinkStatus: Hashable, Sendable, Codable {
    package enum State: String, Hashable, Sendable, Codable, CaseIterable {
        case unheard
        case up
        case late
        case silent
        /// Cannot be used here at all; `fault` says why.
        case faulty
    }

    package var name: LinkName
    package var state: State
    package var fault: String?
    package var hasCarrier: Bool?
    package var silenceMilliseconds: Int64?
    package var received: UInt64
    /// Beats that never came on this link, by gaps in the sequence.
    package var lost: UInt64
    /// Times the link was silent for warntime.
    package var late: UInt64
    package var duplicates: UInt64
    package var replays: UInt64
    package var delayMicroseconds: Int64?
    /// Whether the peer says that it hears us on this link; nil: not known. False with `up` is a one-way cut.
    package var isHeardByPeer: Bool?

    package init(
        name: LinkName, state: State, fault: String? = nil, hasCarrier: Bool? = nil,
        silenceMilliseconds: Int64? = nil, received: UInt64 = 0, lost: UInt64 = 0, late: UInt64 = 0,
        duplicates: UInt64 = 0, replays: UInt64 = 0, delayMicroseconds: Int64? = nil, isHeardByPeer: Bool? = nil
    ) {
        self.name = name
        self.state = state
        self.fault = fault
        self.hasCarrier = hasCarrier
        self.silenceMilliseconds = silenceMilliseconds
        self.received = received
        self.lost = lost
        self.late = late
        self.duplicates = duplicates
        self.replays = replays
        self.delayMicroseconds = delayMicroseconds
        self.isHeardByPeer = isHeardByPeer
    }
}

package struct PingStatus: Hashable, Sendable, Codable {
    package var address: String
    package var isAnswering: Bool

    package init(address: String, isAnswering: Bool) {
        self.address = address
        self.isAnswering = isAnswering
    }
}
