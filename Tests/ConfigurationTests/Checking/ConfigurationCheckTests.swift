import Configuration
import Testing

/// One seeded mistake, and the one diagnostic that names it.
struct Mistake: Sendable, CustomTestStringConvertible {
    var title: String
    var old: String
    var new: String
    var expected: [String]

    init(_ title: String, _ old: String, _ new: String, _ expected: String...) {
        self.title = title
        self.old = old
        self.new = new
        self.expected = expected
    }

    var testDescription: String { title }
}

@Suite struct ConfigurationCheckTests {
    static let timing: [Mistake] = [
        Mistake(
            "deadtime of two beats", "[[node]]", "[timing]\ndeadtime = \"4s\"\nwarntime = \"3s\"\n[[node]]",
            "4: error: deadtime 4s is not more than twice keepalive 2s, so that one lost heartbeat would count as a "
                + "death; allowed: more than 4s"),
        Mistake(
            "warntime not below deadtime", "[[node]]", "[timing]\nwarntime = \"10s\"\n[[node]]",
            "4: error: warntime 10s is not below deadtime 10s, so that nobody would ever be warned; allowed: less than 10s"
        ),
        Mistake(
            "warntime not above keepalive", "[[node]]", "[timing]\nwarntime = \"2s\"\n[[node]]",
            "4: warning: warntime 2s is not above keepalive 2s: every heartbeat will be reported as late"),
        Mistake(
            "initdead below deadtime", "[[node]]", "[timing]\ninitdead = \"9s\"\n[[node]]",
            "4: error: initdead 9s is below deadtime 10s, though a booting peer needs more time than a running one; "
                + "allowed: 10s or more"),
        Mistake(
            "watchdog too slow", "[[node]]", "[watchdog]\n[[node]]",
            "3: warning: the watchdog's timeout 10s is not below deadtime 10s: a hung node may still hold its addresses "
                + "when the other one takes over; allowed: less than 10s"),
    ]

    static let nodesAndLinks: [Mistake] = [
        Mistake("one name for both", "\"serv-b\"\n", "\"SERV-A\"\n", "6: error: two nodes are named \"serv-a\""),
        Mistake(
            "three nodes", "[[link]]", "[[node]]\nname = \"serv-c\"\n[[link]]",
            "7: error: the cluster has 3 usable [[node]] tables; allowed: exactly two, one for each server, named as "
                + "\"uname -n\" prints it"),
        Mistake(
            "two links of one name", "\"null-modem\"", "\"lan\"", "12: error: two links are named \"lan\""),
        Mistake(
            "slow serial line", "/dev/ttyS0\"", "/dev/ttyS0\"\nbaud = 9600\n[timing]\nkeepalive = \"270ms\"",
            "15: error: a heartbeat of about 260 bytes takes 271 ms on link \"null-modem\" at 9600 baud, longer than "
                + "keepalive 270ms; allowed: a higher speed or a longer keepalive"),
        Mistake(
            "busy serial line", "/dev/ttyS0\"", "/dev/ttyS0\"\nbaud = 9600\n[timing]\nkeepalive = \"500ms\"",
            "15: warning: a heartbeat of about 260 bytes takes 271 ms on link \"null-modem\" at 9600 baud, more than "
                + "half of keepalive 500ms: little room is left for anything else"),
        Mistake(
            "only one link", "[[link]]\nname = \"null-modem\"\nkind = \"serial\"\ndevice = \"/dev/ttyS0\"\n", "",
            "7: warning: there is only one link: when it fails each node takes the other one for dead; allowed: a "
                + "second link over another cable, best of the other kind"),
        Mistake(
            "links of one kind", "kind = \"serial\"\ndevice = \"/dev/ttyS0\"", "kind = \"udp\"\ninterface = \"eth1\"",
            "7: warning: all links are of the same kind: one driver, one switch or one setting can silence them "
                + "together; allowed: links of both kinds, udp and serial"),
        Mistake(
            "one interface twice", "kind = \"serial\"\ndevice = \"/dev/ttyS0\"", "kind = \"udp\"\ninterface = \"eth0\"",
            "7: warning: all links are of the same kind: one driver, one switch or one setting can silence them "
                + "together; allowed: links of both kinds, udp and serial",
            "14: error: two links use eth0 with port 694 on serv-a; allowed: one interface for each link",
            "14: error: two links use eth0 with port 694 on serv-b; allowed: one interface for each link"),
        Mistake(
            "one serial port twice", "[[volume]]",
            "[[link]]\nname = \"s2\"\nkind = \"serial\"\ndevice = { serv-a = \"/dev/ttyS0\", serv-b = \"/dev/ttyS1\" }\n"
                + "[[volume]]",
            "18: error: two links use /dev/ttyS0 on serv-a; allowed: one serial port for each link"),
        Mistake(
            "unicast to itself", "interface = \"eth0\"",
            "interface = \"eth0\"\nmode = \"unicast\"\naddresses = { serv-a = \"192.0.2.1\", serv-b = \"192.0.2.1\" }",
            "12: error: both nodes have the address 192.0.2.1 on link \"lan\""),
        Mistake(
            "unicast of two families", "interface = \"eth0\"",
            "interface = \"eth0\"\nmode = \"unicast\"\naddresses = { serv-a = \"192.0.2.1\", serv-b = \"2001:db8::1\" }",
            "12: error: link \"lan\" has an IPv4 address on one node and an IPv6 address on the other; allowed: two "
                + "addresses of the same family"),
    ]

    static let silence: [Mistake] = [
        Mistake(
            "no ping node", "ping-nodes = [\"192.0.2.254\"]\n", "",
            "0: warning: there is no ping node, and silence = \"keep-serving\": when every link is silent the serving "
                + "node goes on, and if only the cables are cut both nodes may end up serving; allowed: ping-nodes = "
                + "[\"the gateway's address\"]"),
        Mistake(
            "no ping node, stop", "ping-nodes = [\"192.0.2.254\"]", "ping-nodes = []\nsilence = \"stop\"",
            "2: warning: there is no ping node, and silence = \"stop\": when every link is silent the serving node stops "
                + "its groups, so that the death of the other node ends the service; allowed: ping-nodes = "
                + "[\"the gateway's address\"]"),
        Mistake(
            "ping node twice", "[\"192.0.2.254\"]", "[\"2001:db8::1\", \"2001:DB8:0:0::1\"]",
            "2: error: \"ping-nodes\" lists 2001:db8::1 twice"),
        Mistake(
            "ping oneself", "192.0.2.254", "127.0.0.1",
            "2: error: the ping node 127.0.0.1 is this machine itself; allowed: a machine outside the pair on the "
                + "clients' network, such as the gateway"),
        Mistake(
            "ping node is the service", "192.0.2.254", "192.0.2.10",
            "31: error: the service address 192.0.2.10 is also a ping node; allowed: an address that no machine has of "
                + "its own"),
    ]

    static let volumes: [Mistake] = [
        Mistake(
            "protocol A", "disk = \"/dev/sda1\"", "disk = \"/dev/sda1\"\nprotocol = \"A\"",
            "18: warning: volume \"data\" uses protocol A: writes that wait in the network are lost when the primary "
                + "dies, though they were acknowledged; allowed: \"C\" keeps every acknowledged write"),
        Mistake(
            "protocol B", "disk = \"/dev/sda1\"", "disk = \"/dev/sda1\"\nprotocol = \"B\"",
            "18: warning: volume \"data\" uses protocol B: acknowledged writes are lost when both nodes lose power and "
                + "the primary's disk does not come back; allowed: \"C\" keeps every acknowledged write"),
        Mistake(
            "metadata on its own disk", "disk = \"/dev/sda1\"", "disk = \"/dev/sda1\"\nmetadata = \"/dev/sda1\"",
            "18: error: /dev/sda1 on serv-a is both the disk of \"data\" and the metadata of \"data\"",
            "18: error: /dev/sda1 on serv-b is both the disk of \"data\" and the metadata of \"data\""),
        Mistake(
            "slots that differ", "disk = \"/dev/sda1\"",
            "disk = \"/dev/sda1\"\nmetadata = { serv-a = \"/dev/sdb[0]\", serv-b = \"/dev/sdb[1]\" }",
            "18: error: \"metadata\" of [[volume]] \"data\" differs in its slot; allowed: the same slot on both nodes, or "
                + "none"),
        Mistake(
            "one address for both", "198.51.100.2:7788", "198.51.100.1:7788",
            "18: error: both nodes of volume \"data\" have the address 198.51.100.1:7788"),
        Mistake(
            "two families", "198.51.100.2:7788", "[2001:db8::2]:7788",
            "18: error: volume \"data\" has an IPv4 address on one node and an IPv6 address on the other; allowed: two "
                + "addresses of the same family"),
        Mistake(
            "a second volume in conflict", "[[group]]",
            "[[volume]]\nname = \"data\"\ndisk = \"/dev/sda1\"\n"
                + "address = { serv-a = \"198.51.100.1:7788\", serv-b = \"198.51.100.2:7789\" }\n[[group]]",
            "20: error: two volumes are named \"data\"",
            "21: error: /dev/sda1 on serv-a is both the disk of \"data\" and the disk of \"data\"",
            "21: error: /dev/sda1 on serv-b is both the disk of \"data\" and the disk of \"data\"",
            "22: error: two volumes use 198.51.100.1:7788 on serv-a"),
        Mistake(
            "port 0", "198.51.100.2:7788", "198.51.100.2:0",
            "18: error: \"serv-b\" in \"address\" of [[volume]] \"data\" is \"198.51.100.2:0\"; allowed: ADDRESS:PORT, "
                + "such as \"192.0.2.1:7788\" or \"[2001:db8::1]:7788\""),
        Mistake(
            "a volume of no group", "[[group]]",
            "[[volume]]\nname = \"mail\"\ndisk = \"/dev/sda2\"\n"
                + "address = { serv-a = \"198.51.100.1:7789\", serv-b = \"198.51.100.2:7789\" }\n[[group]]",
            "19: warning: volume \"mail\" is in no group: it is replicated, but no node will ever use it"),
    ]

    static let groups: [Mistake] = [
        Mistake(
            "unknown volume", "kind = \"volume\"\nvolume = \"data\"", "kind = \"volume\"\nvolume = \"dtaa\"",
            "15: warning: volume \"data\" is in no group: it is replicated, but no node will ever use it",
            "24: error: there is no [[volume]] named \"dtaa\"; allowed: \"data\"; did you mean \"data\"?",
            "27: error: group \"web\" mounts volume \"data\" before it starts it; allowed: a resource of kind \"volume\" "
                + "with volume = \"data\" earlier in the same group"),
        Mistake(
            "file system without volume", "[[group.resource]]\nkind = \"volume\"\nvolume = \"data\"\n", "",
            "15: warning: volume \"data\" is in no group: it is replicated, but no node will ever use it",
            "24: error: group \"web\" mounts volume \"data\" before it starts it; allowed: a resource of kind \"volume\" "
                + "with volume = \"data\" earlier in the same group"),
        Mistake(
            "unknown owner", "preferred = \"serv-a\"", "preferred = \"serv-aa\"",
            "21: error: \"preferred\" in [[group]] \"web\" is \"serv-aa\"; allowed: the name of a node: \"serv-a\", "
                + "\"serv-b\"; did you mean \"serv-a\"?"),
        Mistake(
            "a group of nothing", "[[group]]", "[[group]]\nname = \"empty\"\npreferred = \"serv-b\"\n[[group]]",
            "19: error: [[group]] \"empty\" has no resource; allowed: one [[group.resource]] or more, in start order"),
        Mistake(
            "everything twice", "[[group]]",
            "[[group]]\nname = \"web\"\npreferred = \"serv-b\"\n[[group.resource]]\nkind = \"volume\"\nvolume = \"data\"\n"
                + "[[group.resource]]\nkind = \"filesystem\"\nvolume = \"data\"\nmount-point = \"/srv/data/\"\n"
                + "[[group.resource]]\nkind = \"address\"\naddress = \"192.0.2.10/25\"\ninterface = \"eth0\"\n[[group]]",
            "34: error: two groups are named \"web\"",
            "38: error: volume \"data\" is started twice; it may be in one group only, once",
            "41: error: volume \"data\" is mounted twice",
            "42: error: two file systems are mounted on /srv/data",
            "45: error: the address 192.0.2.10 is served twice; it may be in one group only, once"),
        Mistake(
            "a mount that hides another", "kind = \"address\"",
            "kind = \"filesystem\"\nvolume = \"data\"\nmount-point = \"/srv\"\n[[group.resource]]\nkind = \"address\"",
            "31: error: volume \"data\" is mounted twice",
            "32: error: mounting /srv after /srv/data would hide /srv/data; allowed: the outer file system first"),
    ]

    static let addresses: [Mistake] = [
        Mistake(
            "no prefix", "192.0.2.10/24", "192.0.2.10",
            "31: error: \"address\" in resource 3 (address) of [[group]] \"web\" is \"192.0.2.10\"; allowed: "
                + "ADDRESS/PREFIX, such as \"192.0.2.10/24\" or \"2001:db8::10/64\""),
        Mistake(
            "broadcast address", "192.0.2.10/24", "192.0.2.255/24",
            "31: error: 192.0.2.255/24 is the broadcast address of its network; allowed: a host's address"),
        Mistake(
            "network address", "192.0.2.10/24", "192.0.2.0/24",
            "31: error: 192.0.2.0/24 is the network address of its network; allowed: a host's address"),
        Mistake(
            "loopback", "192.0.2.10/24", "127.0.0.2/8",
            "31: warning: the service address 127.0.0.2 is a loopback address: no client can reach it"),
        Mistake(
            "the volume's own address", "192.0.2.10/24", "198.51.100.2/24",
            "31: error: the service address 198.51.100.2 is also the address of volume \"data\" on serv-b; allowed: an "
                + "address that no machine has of its own"),
        Mistake(
            "strange label", "address = \"192.0.2.10/24\"", "address = \"192.0.2.10/24\"\nlabel = \"eth1:0\"",
            "32: warning: the label \"eth1:0\" does not begin with the interface \"eth0\" of serv-a: old tools will not "
                + "show the address; allowed: such as \"eth0:0\"",
            "32: warning: the label \"eth1:0\" does not begin with the interface \"eth0\" of serv-b: old tools will not "
                + "show the address; allowed: such as \"eth0:0\""),
        Mistake(
            "long label", "address = \"192.0.2.10/24\"", "address = \"192.0.2.10/24\"\nlabel = \"eth0:0123456789ab\"",
            "32: error: \"label\" in resource 3 (address) of [[group]] \"web\" is \"eth0:0123456789ab\"; allowed: an "
                + "address label of up to 15 characters, such as \"eth0:0\""),
        Mistake(
            "label of IPv6", "address = \"192.0.2.10/24\"", "address = \"2001:db8::10/64\"\nlabel = \"eth0:0\"",
            "32: error: the IPv6 address 2001:db8::10 has a label; allowed: labels with IPv4 addresses only"),
    ]

    @Test(arguments: timing + nodesAndLinks + silence + volumes + groups + addresses)
    func everyMistakeIsNamedOnItsLineAndNothingElse(mistake: Mistake) {
        let found = ExampleText.diagnostics(of: ExampleText.with(mistake.old, mistake.new))
        let expected = mistake.expected.map {
            $0.hasPrefix("0: ") ? "c.toml: " + $0.dropFirst(3) : "c.toml:" + $0
        }
        #expect(found == expected)
    }

    @Test func slotsOfOneMetadataDeviceMayBeShared() {
        let text = ExampleText.with("disk = \"/dev/sda1\"", "disk = \"/dev/sda1\"\nmetadata = \"/dev/sdb1[0]\"")
        let second = """
            [[volume]]
            name = "mail"
            disk = "/dev/sda2"
            metadata = "/dev/sdb1[1]"
            address = { serv-a = "198.51.100.1:7789", serv-b = "198.51.100.2:7789" }
            """
        #expect(ConfigurationReader.read(text + second, file: "c.toml").errors == [])
        let clash = second.replacing("[1]", with: "[0]")
        let errors = ConfigurationReader.read(text + clash, file: "c.toml").errors.map(\.message)
        #expect(errors.contains { $0.hasPrefix("/dev/sdb1[0] on serv-a is both") }, "\(errors)")
        let whole = second.replacing("[1]", with: "")
        let mixed = ConfigurationReader.read(text + whole, file: "c.toml").errors.map(\.message)
        #expect(mixed.contains { $0.hasPrefix("/dev/sdb1 on serv-a is both slots of metadata") }, "\(mixed)")
    }

    @Test func whatDoesNotFitAHeartbeatIsRefused() {
        let groups = (1...33).map { number in
            """
            [[group]]
            name = "g\(number)"
            preferred = "serv-a"
            [[group.resource]]
            kind = "unit"
            unit = "s\(number).service"

            """
        }
        let few = ConfigurationReader.read(ExampleText.good + groups.prefix(12).joined(), file: "c.toml")
        #expect(few.errors == [])
        let many = ConfigurationReader.read(ExampleText.good + groups.joined(), file: "c.toml").errors
        #expect(many.map(\.place.line) == [1, 219])
        #expect(
            many.first?.message.hasPrefix("a heartbeat that names all groups, volumes and links would have") == true)
        #expect(many.last?.message == "there are 34 [[group]] tables")
    }
}
