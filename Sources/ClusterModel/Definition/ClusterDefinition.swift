/// Everything that both nodes must agree on: the content of `/etc/bascule/cluster.toml`.
///
/// `Configuration` reads it from the file and checks it; `NodeCore` and the runtimes only ever see a checked one.
package struct ClusterDefinition: Hashable, Sendable, Codable {
    /// Tells two clusters on one wire apart; part of every heartbeat.
    package var name: String
    /// Exactly two, in the order of the file.
    package var nodes: [NodeDefinition]
    package var timing: Timing
    /// At least one; two of different kind are what the design wants.
    package var links: [LinkDefinition]
    package var volumes: [VolumeDefinition]
    package var groups: [GroupDefinition]
    /// IPv4 or IPv6 addresses outside the pair (the gateway) that answer ICMP echo: the view of the clients.
    package var pingNodes: [String]
    /// What the owner does in total silence when no ping node is configured (rule R5).
    package var silence: SilencePolicy
    /// The file with the shared key, readable by root only.
    package var keyFile: String
    /// Hardware watchdog, or nil.
    package var watchdog: WatchdogDefinition?

    package init(
        name: String, nodes: [NodeDefinition], timing: Timing = Timing(), links: [LinkDefinition] = [],
        volumes: [VolumeDefinition] = [], groups: [GroupDefinition] = [], pingNodes: [String] = [],
        silence: SilencePolicy = .keepServing, keyFile: String = "/etc/bascule/cluster.key",
        watchdog: WatchdogDefinition? = nil
    ) {
        self.name = name
        self.nodes = nodes
        self.timing = timing
        self.links = links
        self.volumes = volumes
        self.groups = groups
        self.pingNodes = pingNodes
        self.silence = silence
        self.keyFile = keyFile
        self.watchdog = watchdog
    }

    /// The other node of the pair.
    package func peer(of node: NodeName) -> NodeName? {
        nodes.first { $0.name != node }?.name
    }

    package func volume(_ name: VolumeName) -> VolumeDefinition? {
        volumes.first { $0.name == name }
    }

    package func group(_ name: GroupName) -> GroupDefinition? {
        groups.first { $0.name == name }
    }
}

/// One of the two servers.
package struct NodeDefinition: Hashable, Sendable, Codable {
    package var name: NodeName

    package init(name: NodeName) {
        self.name = name
    }
}

/// What the owner of a group does when every link is silent and nobody outside can be asked (rule R5).
package enum SilencePolicy: String, Hashable, Sendable, Codable, CaseIterable {
    case keepServing = "keep-serving"
    case stop
}

/// The hardware watchdog that bounds how long a hung node may hold a service address (rule R6).
package struct WatchdogDefinition: Hashable, Sendable, Codable {
    package var device: String
    package var timeout: Duration

    package init(device: String = "/dev/watchdog", timeout: Duration = .seconds(10)) {
        self.device = device
        self.timeout = timeout
    }
}
