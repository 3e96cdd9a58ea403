import ClusterModel

/// Definitions that pass the check, from a seed, using every setting sooner or later.
struct RandomDefinition {
    private var generator: SeededGenerator
    private let nodes: [NodeName] = ["serv-a", "serv.b"]

    init(seed: UInt64) {
        generator = SeededGenerator(seed: seed)
    }

    mutating func next() -> ClusterDefinition {
        let volumes = (0..<number(0...3)).map { volume($0) }
        let timing = Timing(
            keepalive: .milliseconds(number(100...2000)), warntime: .milliseconds(number(2001...5000)),
            deadtime: .milliseconds(number(5001...60_000)), initdead: .seconds(number(60...600)),
            autoFailback: pick(AutoFailback.allCases))
        let watchdog = WatchdogDefinition(device: "/dev/watchdog0", timeout: .seconds(number(1...4)))
        return ClusterDefinition(
            name: "pair-\(number(0...99))", nodes: nodes.map { NodeDefinition(name: $0) }, timing: timing,
            links: [udp("lan", interface: 0), udp("direct", interface: 1), serial()], volumes: volumes,
            groups: [group("web", volumes: volumes, seed: 0), group("mail", volumes: [], seed: 100)],
            pingNodes: pick([[], ["192.0.2.254"], ["192.0.2.254", "2001:db8::fe"]]),
            silence: pick(SilencePolicy.allCases), keyFile: "/etc/bascule/k\(number(0...9)) \"ä\\",
            watchdog: pick([nil, watchdog]))
    }

    private mutating func udp(_ name: LinkName, interface: Int) -> LinkDefinition {
        let mode: UDPLink.Mode = pick([
            .broadcast, .multicast(group: "239.255.42.\(number(1...9))", ttl: UInt8(number(1...255))),
            .unicast(addresses: [nodes[0]: "198.51.100.1", nodes[1]: "198.51.100.2"]),
        ])
        let interface = perNode("eth\(interface)", "enp\(interface)s0")
        return LinkDefinition(
            name: name, kind: .udp(UDPLink(interface: interface, mode: mode, port: UInt16(number(1...65_535)))))
    }

    private mutating func serial() -> LinkDefinition {
        let baud: UInt32 = pick([57_600, 115_200, 230_400])
        return LinkDefinition(
            name: "serial", kind: .serial(SerialLink(device: perNode("/dev/ttyS0", "/dev/ttyUSB0"), baud: baud)))
    }

    private mutating func volume(_ index: Int) -> VolumeDefinition {
        let metadata = perNode("/dev/sdb\(index)", "/dev/vdb\(index)")
        return VolumeDefinition(
            name: ["data", "mail", "home", "x"][index], disk: perNode("/dev/sda\(index)", "/dev/vda\(index)"),
            metadata: pick([.internal, .external(metadata), .indexed(metadata, index: UInt8(number(0...255)))]),
            address: [nodes[0]: "198.51.100.1:\(7788 + index)", nodes[1]: "[2001:db8::2]:7788"].mapValues {
                $0.hasPrefix("[") ? "198.51.100.2:\(7788 + index)" : $0
            },
            wireProtocol: pick(WireProtocol.allCases), activityLogExtents: number(67...6433),
            resyncRate: pick([nil, 100 << 20, 4097, 1 << 30]), onIOError: pick(IOErrorPolicy.allCases),
            afterSplitBrain: SplitBrainPolicies(
                zeroPrimaries: pick(SplitBrainPolicies.ZeroPrimaries.allCases),
                onePrimary: pick(SplitBrainPolicies.OnePrimary.allCases)),
            sizeLimit: pick([nil, 1 << 40, (1 << 30) + 512]))
    }

    private mutating func group(_ name: GroupName, volumes: [VolumeDefinition], seed: Int) -> GroupDefinition {
        var kinds: [ResourceKind] = []
        for volume in volumes {
            kinds.append(.volume(volume.name))
            let filesystem = FilesystemResource(
                volume: volume.name, mountPoint: "/srv/\(volume.name)", type: pick(["ext4", "xfs"]),
                options: pick([[], ["noatime", "context=\"x\""]]))
            kinds.append(.filesystem(filesystem))
        }
        let address = AddressResource(
            address: "192.0.2.\(seed + 10)", prefixLength: UInt8(number(8...28)), interface: perNode("eth0", "eth0"),
            label: pick([nil, "eth0:\(seed)"]))
        let script = ScriptResource(
            path: "/etc/init.d/x\(seed)", arguments: pick([[], ["a b", "\"\\", "é"]]),
            monitorInterval: pick([nil, .milliseconds(1500)]))
        kinds += [.address(address), .unit("s\(seed)@1.service"), .script(script)]
        let resources = kinds.map {
            ResourceDefinition(
                kind: $0, startTimeout: .seconds(number(1...100)), stopTimeout: .milliseconds(number(100...99_999)))
        }
        return GroupDefinition(name: name, preferred: pick(nodes), resources: resources)
    }

    private mutating func perNode(_ first: String, _ second: String) -> PerNode<String> {
        pick([.both(first), .each([nodes[0]: first, nodes[1]: second])])
    }

    private mutating func number(_ range: ClosedRange<Int>) -> Int {
        Int.random(in: range, using: &generator)
    }

    private mutating func pick<Value>(_ values: [Value]) -> Value {
        values[number(0...values.count - 1)]
    }
}
