import ClusterModel

/// Cluster definitions that the tests share.
enum Toy {
    static let a: NodeName = "serv-a"
    static let b: NodeName = "serv-b"
    static let web: GroupName = "web"
    static let data: VolumeName = "data"

    static let fast = Timing(
        keepalive: .milliseconds(100), warntime: .milliseconds(300), deadtime: .milliseconds(500),
        initdead: .seconds(3), autoFailback: .off)

    /// Address and service on two links, as in the paper's first test.
    static func plain(
        timing: Timing = fast, pingNodes: [String] = [], silence: SilencePolicy = .keepServing,
        watchdog: WatchdogDefinition? = nil
    ) -> ClusterDefinition {
        definition([address, unit], timing: timing, pingNodes: pingNodes, silence: silence, watchdog: watchdog)
    }

    /// Volume, file system, address and service.
    static func replicated(
        timing: Timing = fast, pingNodes: [String] = [], silence: SilencePolicy = .keepServing,
        watchdog: WatchdogDefinition? = nil
    ) -> ClusterDefinition {
        let filesystem = ResourceDefinition(kind: .filesystem(.init(volume: data, mountPoint: "/srv")))
        return definition(
            [ResourceDefinition(kind: .volume(data)), filesystem, address, unit], timing: timing,
            pingNodes: pingNodes, silence: silence, watchdog: watchdog)
    }

    private static let address = ResourceDefinition(
        kind: .address(.init(address: "192.0.2.10", prefixLength: 24, interface: .both("eth0"))))
    private static let unit = ResourceDefinition(
        kind: .unit("apache2.service"), startTimeout: .seconds(5), stopTimeout: .seconds(5))

    private static func definition(
        _ resources: [ResourceDefinition], timing: Timing, pingNodes: [String], silence: SilencePolicy,
        watchdog: WatchdogDefinition?
    ) -> ClusterDefinition {
        ClusterDefinition(
            name: "demo", nodes: [NodeDefinition(name: a), NodeDefinition(name: b)], timing: timing,
            links: [
                LinkDefinition(name: "lan", kind: .udp(UDPLink(interface: .both("eth0")))),
                LinkDefinition(name: "null-modem", kind: .serial(SerialLink(device: .both("/dev/ttyS0")))),
            ],
            volumes: [VolumeDefinition(name: data, disk: .both("/dev/sda1"), address: [:])],
            groups: [GroupDefinition(name: web, preferred: a, resources: resources)],
            pingNodes: pingNodes, silence: silence, watchdog: watchdog)
    }

    static func bothUp(_ definition: ClusterDefinition, seed: UInt64 = 1) -> ToyWorld {
        var world = ToyWorld(definition, seed: seed)
        world.powerOn(0)
        world.powerOn(1)
        world.run(for: .seconds(5))
        return world
    }
}
