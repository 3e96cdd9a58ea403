import ClusterModel

extension WorldSettings {
    static let nodes: [NodeName] = ["serv-a", "serv-b"]
    static let gateway = "192.0.2.1"
    static let startTimeout = Duration.seconds(20)
    static let stopTimeout = Duration.seconds(10)
    /// Position of each kind of resource in a group; the order in which they start.
    static let volumeResource = 0
    static let filesystemResource = 1
    static let addressResource = 2
    static let unitResource = 3

    /// The cluster definition that both nodes get.
    package var definition: ClusterDefinition {
        let names = (0..<groupCount).map { index in
            (volume: VolumeName(unchecked: "data\(index)"), group: GroupName(unchecked: "group\(index)"))
        }
        return ClusterDefinition(
            name: "simulated", nodes: Self.nodes.map { NodeDefinition(name: $0) }, timing: timing,
            links: topology.linkNames.map(link), volumes: names.map { volume($0.volume) },
            groups: names.enumerated().map { group($1.group, $1.volume, number: $0) },
            pingNodes: hasPingNode ? [Self.gateway] : [], silence: silence, watchdog: watchdog)
    }

    private var watchdog: WatchdogDefinition? {
        hasWatchdog ? WatchdogDefinition(timeout: .seconds(10)) : nil
    }

    private func link(_ name: LinkName) -> LinkDefinition {
        if name == Topology.serial {
            return LinkDefinition(name: name, kind: .serial(SerialLink(device: .both("/dev/ttyS0"))))
        }
        let interface = name == Topology.lan ? "eth0" : "eth1"
        return LinkDefinition(name: name, kind: .udp(UDPLink(interface: .both(interface))))
    }

    private func volume(_ name: VolumeName) -> VolumeDefinition {
        VolumeDefinition(
            name: name, disk: .both("/dev/disk"), metadata: .external(.both("/dev/meta")),
            address: [Self.nodes[0]: "198.51.100.1:7788", Self.nodes[1]: "198.51.100.2:7788"],
            activityLogExtents: activityLogExtents, onIOError: onIOError)
    }

    private func group(_ name: GroupName, _ volume: VolumeName, number: Int) -> GroupDefinition {
        let kinds: [ResourceKind] = [
            .volume(volume),
            .filesystem(FilesystemResource(volume: volume, mountPoint: "/srv/\(volume)")),
            .address(
                AddressResource(address: "192.0.2.\(10 + number)", prefixLength: 24, interface: .both("eth0"))),
            .unit("\(name).service"),
        ]
        return GroupDefinition(
            name: name, preferred: Self.nodes[number % 2],
            resources: kinds.map {
                ResourceDefinition(kind: $0, startTimeout: Self.startTimeout, stopTimeout: Self.stopTimeout)
            })
    }
}
