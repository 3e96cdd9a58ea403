import ClusterModel

/// Everything `bascule status` shows of one node, as `--json` prints it.
///
/// Ages and spans are in milliseconds at the moment of asking. Names of fields are a promise to scripts.
package struct NodeStatusDocument: Hashable, Sendable, Codable {
    package var cluster: String
    /// The node that answers; everything is as seen from here.
    package var node: NodeName
    package var version: String
    package var uptimeMilliseconds: Int64
    /// The ownership's epoch; only grows.
    package var epoch: UInt64
    /// The configuration's digest in hexadecimal.
    package var configurationHash: String
    package var nodes: [NodeEntry]
    package var links: [LinkEntry]
    package var pingNodes: [PingNodeEntry]
    package var groups: [GroupEntry]
    package var volumes: [VolumeStatusDocument]
    package var watchdog: WatchdogEntry?
    /// What a person should know or do, one sentence each.
    package var warnings: [String]

    package init(
        cluster: String, node: NodeName, version: String = "", uptimeMilliseconds: Int64 = 0, epoch: UInt64 = 0,
        configurationHash: String = "", nodes: [NodeEntry] = [], links: [LinkEntry] = [],
        pingNodes: [PingNodeEntry] = [], groups: [GroupEntry] = [], volumes: [VolumeStatusDocument] = [],
        watchdog: WatchdogEntry? = nil, warnings: [String] = []
    ) {
        self.cluster = cluster
        self.node = node
        self.version = version
        self.uptimeMilliseconds = uptimeMilliseconds
        self.epoch = epoch
        self.configurationHash = configurationHash
        self.nodes = nodes
        self.links = links
        self.pingNodes = pingNodes
        self.groups = groups
        self.volumes = volumes
        self.watchdog = watchdog
        self.warnings = warnings
    }
}

/// One of the two servers, as seen by the node that answers.
package struct NodeEntry: Hashable, Sendable, Codable {
    package enum State: String, Hashable, Sendable, Codable, CaseIterable {
        /// Not heard since this node started, `initdead` still running.
        case unknown
        case up
        /// Late: silent for longer than `warntime`.
        case late
        /// It said that it leaves.
        case left
        case dead
    }

    package var name: NodeName
    package var state: State
    /// Why it is in this state, one sentence, or empty.
    package var reason: String
    /// Since when it is in this state; nil where unknown.
    package var sinceMilliseconds: Int64?
    /// Whether its configuration's digest equals ours; nil until it was heard.
    package var hasSameConfiguration: Bool?

    package init(
        name: NodeName, state: State, reason: String = "", sinceMilliseconds: Int64? = nil,
        hasSameConfiguration: Bool? = nil
    ) {
        self.name = name
        self.state = state
        self.reason = reason
        self.sinceMilliseconds = sinceMilliseconds
        self.hasSameConfiguration = hasSameConfiguration
    }
}

/// A machine outside the pair that is asked by ICMP whether this node sees the clients' network.
package struct PingNodeEntry: Hashable, Sendable, Codable {
    package var address: String
    package var isAnswering: Bool
    package var lastAnswerMilliseconds: Int64?

    package init(address: String, isAnswering: Bool, lastAnswerMilliseconds: Int64? = nil) {
        self.address = address
        self.isAnswering = isAnswering
        self.lastAnswerMilliseconds = lastAnswerMilliseconds
    }
}

/// The hardware watchdog of the node that answers.
package struct WatchdogEntry: Hashable, Sendable, Codable {
    package var device: String
    package var isArmed: Bool
    package var timeoutMilliseconds: Int64
    /// Why it is not armed, or empty.
    package var reason: String

    package init(device: String, isArmed: Bool, timeoutMilliseconds: Int64, reason: String = "") {
        self.device = device
        self.isArmed = isArmed
        self.timeoutMilliseconds = timeoutMilliseconds
        self.reason = reason
    }
}
