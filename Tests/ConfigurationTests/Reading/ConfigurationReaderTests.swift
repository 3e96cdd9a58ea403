import ClusterModel
import Configuration
import Testing

@Suite struct ConfigurationReaderTests {
    @Test func theGoodExampleHasNothingToSay() throws {
        let reading = ConfigurationReader.read(ExampleText.good, file: "c.toml")
        #expect(reading.diagnostics.map(\.description) == [])
        let definition = try #require(reading.definition)
        #expect(definition.name == "school")
        #expect(definition.nodes.map(\.name) == ["serv-a", "serv-b"])
        #expect(definition.timing == Timing())
        #expect(definition.keyFile == "/etc/bascule/cluster.key")
        #expect(definition.watchdog == nil)
        #expect(definition.links.map(\.name) == ["lan", "null-modem"])
        #expect(definition.links[0].kind == .udp(UDPLink(interface: .both("eth0"))))
        #expect(definition.links[1].kind == .serial(SerialLink(device: .both("/dev/ttyS0"))))
        #expect(definition.groups[0].volumes == ["data"])
    }

    @Test func everySettingArrives() throws {
        let full = """
            name = "workshop"
            key-file = "/root/key"
            ping-nodes = ["192.0.2.254", "2001:DB8:0::1"]
            silence = "stop"
            [timing]
            keepalive = "100ms"
            warntime = "0.3s"
            deadtime = "500ms"
            initdead = "1min"
            auto_failback = "after-resync"
            [[node]]
            name = "a"
            [[node]]
            name = "b"
            [[link]]
            name = "u"
            kind = "udp"
            interface = { a = "eth0", b = "enp3s0" }
            mode = "unicast"
            addresses = { a = "192.0.2.1", b = "192.0.2.2" }
            port = 1694
            [[link]]
            name = "m"
            kind = "udp"
            interface = "eth1"
            mode = "multicast"
            group = "239.255.42.1"
            ttl = 2
            [[link]]
            name = "s"
            kind = "serial"
            device = { a = "/dev/ttyS0", b = "/dev/ttyUSB0" }
            baud = 460800
            [[volume]]
            name = "v"
            disk = { a = "/dev/sda1", b = "/dev/vda" }
            metadata = { a = "/dev/sdb1[3]", b = "/dev/vdb[3]" }
            address = { a = "[2001:db8::1]:7788", b = "[2001:DB8::2]:7789" }
            protocol = "C"
            al-extents = 257
            resync-rate = "100M"
            on-io-error = "panic"
            after-split-brain = { zero-primaries = "discard-zero-changes", one-primary = "consensus" }
            size-limit = "10G"
            [[group]]
            name = "g"
            preferred = "b"
            [[group.resource]]
            kind = "volume"
            volume = "v"
            start-timeout = "5s"
            stop-timeout = "6s"
            [[group.resource]]
            kind = "filesystem"
            volume = "v"
            mount-point = "/srv/"
            type = "xfs"
            options = ["noatime", "nodev"]
            [[group.resource]]
            kind = "address"
            address = "2001:db8:0:0::10/64"
            interface = { a = "eth0", b = "enp3s0" }
            [[group.resource]]
            kind = "unit"
            unit = "apache2.service"
            [[group.resource]]
            kind = "script"
            path = "/etc/init.d/mysql"
            arguments = ["one", "two words"]
            monitor-interval = "off"
            [watchdog]
            device = "/dev/watchdog1"
            timeout = "1s"
            """
        let reading = ConfigurationReader.read(full, file: "c.toml")
        #expect(reading.errors.map(\.description) == [])
        let definition = try #require(reading.definition)
        #expect(definition == Self.expected)
    }

    private static var expected: ClusterDefinition {
        var volume = VolumeDefinition(
            name: "v", disk: .each(["a": "/dev/sda1", "b": "/dev/vda"]),
            metadata: .indexed(.each(["a": "/dev/sdb1", "b": "/dev/vdb"]), index: 3),
            address: ["a": "[2001:db8::1]:7788", "b": "[2001:db8::2]:7789"])
        volume.activityLogExtents = 257
        volume.resyncRate = 100 << 20
        volume.onIOError = .panic
        volume.afterSplitBrain = SplitBrainPolicies(zeroPrimaries: .discardZeroChanges, onePrimary: .consensus)
        volume.sizeLimit = 10 << 30
        let interfaces = PerNode.each(["a" as NodeName: "eth0", "b": "enp3s0"])
        let resources = [
            ResourceDefinition(kind: .volume("v"), startTimeout: .seconds(5), stopTimeout: .seconds(6)),
            ResourceDefinition(
                kind: .filesystem(
                    FilesystemResource(volume: "v", mountPoint: "/srv", type: "xfs", options: ["noatime", "nodev"]))),
            ResourceDefinition(
                kind: .address(AddressResource(address: "2001:db8::10", prefixLength: 64, interface: interfaces))),
            ResourceDefinition(kind: .unit("apache2.service")),
            ResourceDefinition(
                kind: .script(
                    ScriptResource(path: "/etc/init.d/mysql", arguments: ["one", "two words"], monitorInterval: nil))),
        ]
        return ClusterDefinition(
            name: "workshop", nodes: [NodeDefinition(name: "a"), NodeDefinition(name: "b")],
            timing: Timing(
                keepalive: .milliseconds(100), warntime: .milliseconds(300), deadtime: .milliseconds(500),
                initdead: .seconds(60), autoFailback: .afterResync),
            links: [
                LinkDefinition(
                    name: "u",
                    kind: .udp(
                        UDPLink(
                            interface: interfaces, mode: .unicast(addresses: ["a": "192.0.2.1", "b": "192.0.2.2"]),
                            port: 1694))),
                LinkDefinition(
                    name: "m",
                    kind: .udp(UDPLink(interface: .both("eth1"), mode: .multicast(group: "239.255.42.1", ttl: 2)))),
                LinkDefinition(
                    name: "s",
                    kind: .serial(SerialLink(device: .each(["a": "/dev/ttyS0", "b": "/dev/ttyUSB0"]), baud: 460_800))),
            ],
            volumes: [volume], groups: [GroupDefinition(name: "g", preferred: "b", resources: resources)],
            pingNodes: ["192.0.2.254", "2001:db8::1"], silence: .stop, keyFile: "/root/key",
            watchdog: WatchdogDefinition(device: "/dev/watchdog1", timeout: .seconds(1)))
    }

    @Test(arguments: [
        ("name = ", "c.toml:1: error: this is not TOML"), ("\n\nname = \"a\" x", "c.toml:3: error: this is not TOML"),
        ("name = \"a\"\n\u{0}", "c.toml:2: error: there is a NUL byte"),
    ])
    func whatIsNotTOMLIsSaidWithItsLine(text: String, beginning: String) throws {
        let diagnostics = ExampleText.diagnostics(of: text)
        #expect(diagnostics.count == 1)
        #expect(try #require(diagnostics.first).hasPrefix(beginning), "\(diagnostics)")
    }

    @Test func anotherKindOfFileIsNotParsedAtAll() {
        let text = String(repeating: "# 345678\n", count: 40_000)
        #expect(
            ExampleText.diagnostics(of: text) == [
                "c.toml: error: the file has 360000 bytes; allowed: up to 262144 bytes"
            ])
    }

    @Test func allErrorsAreSaidAtOnceEachWithItsLine() {
        let text = """
            name = "a school"
            silens = "stop"
            [timing]
            keepalive = "2"
            deadtime = 10
            [[node]]
            name = "serv-a"
            [[node]]
            name = "serv-b"
            [[link]]
            name = "lan"
            kind = "udpp"
            [[volume]]
            name = "data"
            disk = "sda1"
            address = { serv-a = "192.0.2.1", serv-c = "192.0.2.2:7788" }
            [[group]]
            name = "web"
            preferred = "serv-c"
            [[group.resource]]
            kind = "filesystem"
            volume = "data"
            mountpoint = "/srv"
            """
        let lines = ConfigurationReader.read(text, file: "c.toml").errors.map(\.place.line)
        #expect(lines == [1, 2, 4, 5, 12, 15, 16, 16, 16, 19, 20, 23])
    }

    @Test(arguments: [
        (
            "kind = \"serial\"", "kind = \"serial\"\nbaudrate = 9600",
            "c.toml:14: error: unknown key \"baudrate\" in [[link]] \"null-modem\"; allowed: name, kind, device, baud"
        ),
        (
            "mount-point", "mount_point",
            "c.toml:28: error: unknown key \"mount_point\" in resource 2 (filesystem) of [[group]] \"web\"; allowed: "
                + "kind, start-timeout, stop-timeout, volume, mount-point, type, options; did you mean \"mount-point\"?"
        ),
        (
            "[[node]]", "[timing]\ndeadtme = \"10s\"\n[[node]]",
            "c.toml:4: error: unknown key \"deadtme\" in [timing]; allowed: keepalive, warntime, deadtime, initdead, "
                + "auto_failback; did you mean \"deadtime\"?"
        ),
        (
            "[[node]]", "[timing]\nauto-failback = \"on\"\n[[node]]",
            "c.toml:4: error: unknown key \"auto-failback\" in [timing]; allowed: keepalive, warntime, deadtime, "
                + "initdead, auto_failback; did you mean \"auto_failback\"?"
        ),
        (
            "kind = \"udp\"", "kind = \"upd\"",
            "c.toml:9: error: \"kind\" in [[link]] \"lan\" is \"upd\"; allowed: \"udp\", \"serial\"; did you mean \"udp\"?"
        ),
    ])
    func unknownWordsAreErrorsWithASuggestion(old: String, new: String, expected: String) {
        let diagnostics = ExampleText.diagnostics(of: ExampleText.with(old, new))
        #expect(diagnostics.contains(expected), "\(diagnostics)")
    }

    @Test func keysOfTheOtherKindAreRefused() {
        let text = ExampleText.with("interface = \"eth0\"", "interface = \"eth0\"\nttl = 3\naddresses = {}")
        #expect(
            ExampleText.diagnostics(of: text) == [
                "c.toml:11: error: \"ttl\" in [[link]] \"lan\" is only for mode = \"multicast\"",
                "c.toml:12: error: \"addresses\" in [[link]] \"lan\" is only for mode = \"unicast\"",
            ])
    }

    @Test func outsideTextInMessagesIsShortAndHarmless() throws {
        let text = "\"" + String(repeating: "\\u001b[31m", count: 100) + "\" = 1\n" + ExampleText.good
        let diagnostic = try #require(ExampleText.diagnostics(of: text).first)
        #expect(diagnostic.unicodeScalars.allSatisfy { $0.value >= 0x20 })
        #expect(diagnostic.count < 300)
    }
}

extension ConfigurationReaderTests {
    /// The parser beneath aborts the process on these; they must never get there.
    @Test(arguments: [
        "[?]", "[[?]]", "[", "[[", "[\n]", "[ \t", "[[\n", "[é]", "[ [a] ]", "[#]", "[,", "[=", "[\u{1}]", "[]", "[[]]",
        "[[ ]]", "[.]",
    ])
    func aHeaderWithoutKeyIsAnErrorOnItsLine(header: String) {
        #expect(
            ExampleText.diagnostics(of: "a = \"\"\"\n[?]\n\"\"\"\n" + header + "\nb = 1\n")
                == ["c.toml:4: error: this is not TOML: expected a key after \"[\""])
    }

    @Test func anEarlierErrorIsSaidFirst() throws {
        let diagnostic = try #require(ExampleText.diagnostics(of: "a = \n\n[?]\n").first)
        #expect(diagnostic.hasPrefix("c.toml:1: error: this is not TOML: "))
        #expect(!diagnostic.contains("after \"[\""))
    }
}
