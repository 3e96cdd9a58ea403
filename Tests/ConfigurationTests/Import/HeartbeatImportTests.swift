import ClusterModel
import Configuration
import Testing

@Suite struct HeartbeatImportTests {
    static let nodes = "node serv-a serv-b\n"

    static func haCF(_ text: String) -> ImportResult {
        Importer.run(haCF: ImportInput(file: "ha.cf", text: text))
    }

    static func haresources(_ text: String, haCF: String = nodes + "bcast eth7\n", drbdConf: String? = nil)
        -> ImportResult
    {
        Importer.run(
            haCF: ImportInput(file: "ha.cf", text: haCF), haresources: ImportInput(file: "haresources", text: text),
            drbdConf: drbdConf.map { ImportInput(file: "drbd.conf", text: $0) })
    }

    @Test(arguments: [
        ("", "1s 15s 30s 30s on"), ("deadtime 5\n", "1s 2500ms 5s 12s on"), ("deadtime 8\n", "1s 4s 8s 16s on"),
        ("keepalive 1500ms\ndeadtime 10\n", "1500ms 5s 10s 20s on"),
        ("keepalive 0.5\nauto_failback off\n", "500ms 15s 30s 30s off"),
        ("auto_failback legacy\nkeepalive 250us\n", "250us 15s 30s 30s on"),
        ("nice_failback on\n", "1s 15s 30s 30s off"),
        ("keepalive 2 ms\nkeepalive soon\nkeepalive 0\n", "1s 15s 30s 30s on"),
    ])
    func timesAndTheirDefaultsAreHeartbeats(text: String, expected: String) {
        let timing = Self.haCF(Self.nodes + text).definition.timing
        let times = [timing.keepalive, timing.warntime, timing.deadtime, timing.initdead].map { DurationText.text($0) }
        #expect((times + [timing.autoFailback.rawValue]).joined(separator: " ") == expected)
    }

    @Test func commentsInLatin1AreNoObstacle() {
        let text = "# B\u{fc}ro, 1. Stock\n\(Self.nodes)deadtime 8 # f\u{fc}nf w\u{e4}ren zu wenig\n"
        let bytes = text.unicodeScalars.map { UInt8($0.value) }
        let result = Importer.run(haCF: ImportInput(file: "ha.cf", bytes: bytes))
        #expect(result.definition.nodes.map(\.name) == ["serv-a", "serv-b"])
        #expect(result.definition.timing.deadtime == .seconds(8))
    }

    @Test func portAndSpeedHoldForTheMediaBelowThem() {
        let text = """
            bcast eth0, eth1   # two of them
            udpport 1694
            baud 115200
            udp\teth2
            serial /dev/ttyS0 /dev/ttyS1
            baud 19200
            serial /dev/ttyUSB0

            """
        let links = Self.haCF(Self.nodes + text).definition.links
        let expected = [
            LinkDefinition(name: "eth0", kind: .udp(UDPLink(interface: .both("eth0")))),
            LinkDefinition(name: "eth1", kind: .udp(UDPLink(interface: .both("eth1")))),
            LinkDefinition(name: "eth2", kind: .udp(UDPLink(interface: .both("eth2"), port: 1694))),
            LinkDefinition(name: "ttyS0", kind: .serial(SerialLink(device: .both("/dev/ttyS0"), baud: 115_200))),
            LinkDefinition(name: "ttyS1", kind: .serial(SerialLink(device: .both("/dev/ttyS1"), baud: 115_200))),
            LinkDefinition(name: "ttyUSB0", kind: .serial(SerialLink(device: .both("/dev/ttyUSB0"), baud: 19_200))),
        ]
        #expect(links == expected)
    }

    @Test func twoUnicastLinesMakeALinkAndOneMakesABroadcast() {
        let text = "ucast eth0 192.0.2.1\nucast eth1 198.51.100.2\nucast eth0 192.0.2.2\nmcast eth2 225.0.0.1 694 1 0\n"
        let links = Self.haCF(Self.nodes + text).definition.links
        let unicast = UDPLink.Mode.unicast(addresses: ["serv-a": "192.0.2.1", "serv-b": "192.0.2.2"])
        #expect(
            links.map(\.kind) == [
                .udp(UDPLink(interface: .both("eth2"), mode: .multicast(group: "225.0.0.1", ttl: 1))),
                .udp(UDPLink(interface: .both("eth0"), mode: unicast)), .udp(UDPLink(interface: .both("eth1"))),
            ])
    }

    @Test func nodesPingNodesAndWatchdogArrive() {
        let text = """
            node SERV-A
            node serv-b
            node serv-c
            ping 192.0.2.254 gateway
            ping_group g 192.0.2.253 192.0.2.254
            cluster my cluster
            watchdog /dev/watchdog0
            deadtime 5
            """
        let result = Self.haCF(text)
        #expect(result.definition.nodes.map(\.name) == ["serv-a", "serv-b"])
        #expect(result.definition.pingNodes == ["192.0.2.254", "192.0.2.253"])
        #expect(result.definition.name == "my")
        #expect(result.definition.watchdog == WatchdogDefinition(device: "/dev/watchdog0", timeout: .seconds(4)))
        let dropped = result.notes.filter { $0.kind == .dropped }.map(\.place.line)
        #expect(dropped == [3, 4])
    }

    @Test(arguments: [
        ("respawn hacluster /usr/lib/heartbeat/ipfail", "ha.cf:2: dropped: respawn is not needed: "),
        ("stonith_host * meatware serv-a serv-b", "ha.cf:2: dropped: stonith_host is not needed: Bascule fences by"),
        ("crm off", "ha.cf:2: dropped: crm is not needed: there is no cluster resource manager"),
        (
            "deadtme 5",
            "ha.cf:2: guessed: \"deadtme\" is no directive of Heartbeat, which would refuse to start; taken as"
        ),
        ("frobnicate", "ha.cf:2: dropped: \"frobnicate\" is no directive of Heartbeat."),
        ("bcast eth0/1", "ha.cf:2: dropped: \"eth0/1\" cannot be the name of an interface."),
        ("mcast eth0 192.0.2.1 694 1 0", "ha.cf:2: dropped: mcast needs"),
        ("baud 1200", "ha.cf:2: dropped: baud needs"), ("udpport 0", "ha.cf:2: dropped: udpport needs"),
        ("serial ttyS0", "ha.cf:2: dropped: \"ttyS0\" is no path"),
        ("logfile /var/log/ha", "ha.cf:2: dropped: logfile is"),
    ])
    func everyOtherLineIsExplained(line: String, beginning: String) {
        let notes = Self.haCF(Self.nodes + line).notes.map(\.description)
        #expect(notes.contains { $0.hasPrefix(beginning) }, "\(notes)")
    }

    @Test func groupsKeepTheirStartOrderAcrossContinuedLines() {
        let text = """
            # two groups
            serv-a 192.0.2.10 \\
              IPaddr::192.0.2.11/25/eth1/192.0.2.127 named   # both
            serv-b IPv6addr::2001:db8::10/64/eth0:0 /usr/local/bin/thing::a::b ldap
            serv-z WinPopup::host Delay::3
            """
        let groups = Self.haresources(text).definition.groups
        #expect(groups.map(\.name) == ["named", "thing"])
        #expect(groups.map(\.preferred) == ["serv-a", "serv-b"])
        func address(_ text: String, _ prefix: UInt8, _ interface: String) -> ResourceKind {
            .address(AddressResource(address: text, prefixLength: prefix, interface: .both(interface)))
        }
        #expect(
            groups.map { $0.resources.map(\.kind) } == [
                [address("192.0.2.10", 24, "eth7"), address("192.0.2.11", 25, "eth1"), .unit("named.service")],
                [
                    address("2001:db8::10", 64, "eth0"),
                    .script(ScriptResource(path: "/usr/local/bin/thing", arguments: ["a", "b"])), .unit("ldap.service"),
                ],
            ])
    }

    static let drbdConf = """
        resource r0 { protocol C;
          on serv-a { device /dev/drbd0; disk /dev/sda1; address 198.51.100.1:7788; meta-disk internal; }
          on serv-b { device /dev/drbd0; disk /dev/sdb1; address 198.51.100.2:7788; meta-disk internal; }
        }
        """

    @Test func aFileSystemBringsItsVolumeWhereNobodyStartsIt() {
        let result = Self.haresources(
            "serv-a Filesystem::/dev/drbd0::/srv::xfs::noatime,nodev drbddisk::r0 Filesystem::/dev/drbd9::/x\n",
            drbdConf: Self.drbdConf)
        let filesystem = FilesystemResource(
            volume: "r0", mountPoint: "/srv", type: "xfs", options: ["noatime", "nodev"])
        #expect(result.definition.groups.first?.resources.map(\.kind) == [.volume("r0"), .filesystem(filesystem)])
        #expect(result.reading.errors == [])
        let missing = result.notes.filter { $0.kind == .missing }.map(\.sentence)
        #expect(missing.count == 1 && missing[0].hasPrefix("\"/dev/drbd9\" is the device of no resource"))
    }

    @Test(arguments: [
        ("auth 1\n1 crc\n", "authkeys:2: missing: crc is a checksum", false),
        (
            "auth 2\n1 sha1 0123456789abcdef\n2 md5 short\n", "authkeys:3: missing: The secret of key 2 is shorter",
            false
        ),
        ("auth 1\n1 sha1 0123456789abcdef rest\n", "authkeys:2: translated: The secret of key 1", true),
        ("1 sha1 0123456789abcdef\n", "authkeys: missing: The file names no active key", false),
        ("auth 3\n1 sha1 0123456789abcdef\n", "authkeys: missing: The file names no active key", false),
        ("auth 1\n1 rot13 0123456789abcdef\n", "authkeys:2: missing: \"rot13\" is no method", false),
        ("auth 1\n1 md5\n", "authkeys:2: missing: The secret of key 1 is shorter", false),
        ("auth 1\nwhat\n1 md5 0123456789abcdef\n", "authkeys:2: dropped: This is neither", true),
    ])
    func anOldSecretGoesOnOnlyWhereItIsOne(text: String, beginning: String, hasKey: Bool) {
        let result = Importer.run(authkeys: ImportInput(file: "authkeys", text: text))
        let notes = result.notes.map(\.description)
        #expect(notes.contains { $0.hasPrefix(beginning) }, "\(notes)")
        #expect((result.sharedKey != nil) == hasKey)
        #expect(notes.allSatisfy { !$0.contains("0123456789abcdef") })
        #expect(!result.text.contains("0123456789abcdef"))
    }
}
