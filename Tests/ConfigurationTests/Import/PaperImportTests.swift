import ClusterModel
import Configuration
import Testing

@Suite struct PaperImportTests {
    /// What the paper describes, in our words.
    static var definition: ClusterDefinition {
        var volume = VolumeDefinition(
            name: "user", disk: .both("/dev/sda1"),
            address: ["serv-a": "130.66.201.1:7788", "serv-b": "130.66.201.2:7788"])
        volume.activityLogExtents = 257
        volume.resyncRate = 700_000 << 10
        volume.onIOError = .panic
        let kinds: [ResourceKind] = [
            .volume("user"), .filesystem(FilesystemResource(volume: "user", mountPoint: "/user", type: "ext3")),
            address,
            .unit("cyrus.service"), .unit("mysql-debian.service"),
        ]
        return ClusterDefinition(
            name: "pair", nodes: [NodeDefinition(name: "serv-a"), NodeDefinition(name: "serv-b")],
            timing: Timing(
                keepalive: .seconds(2), warntime: .seconds(6), deadtime: .seconds(10), initdead: .seconds(60),
                autoFailback: .on),
            links: [
                LinkDefinition(name: "eth0", kind: .udp(UDPLink(interface: .both("eth0")))),
                LinkDefinition(
                    name: "ttyS0", kind: .serial(SerialLink(device: .both("/dev/ttyS0"), baud: 19_200))),
            ], volumes: [volume],
            groups: [
                GroupDefinition(
                    name: "user", preferred: "serv-a", resources: kinds.map { ResourceDefinition(kind: $0) })
            ])
    }

    static let address = ResourceKind.address(
        AddressResource(address: "130.66.201.3", prefixLength: 24, interface: .both("eth0"), label: "eth0:0"))

    @Test func theWholePairOfThePaperArrives() throws {
        let result = try PaperFiles.imported()
        #expect(result.definition == Self.definition)
        #expect(result.sharedKey == nil)
        #expect(result.reading.errors == [])
        #expect(result.reading.definition == Self.definition)
    }

    @Test func everyLineOfThePaperIsAccountedFor() throws {
        let notes = try PaperFiles.imported().notes.map(\.description)
        #expect(notes == Self.notes)
    }

    @Test func theGroupWithMySQLAloneArrives() throws {
        let result = try PaperFiles.imported(haresources: "haresources.mysql")
        #expect(result.reading.errors == [])
        let kinds = result.definition.groups.first?.resources.map(\.kind)
        #expect(
            kinds == [
                .volume("user"),
                .filesystem(FilesystemResource(volume: "user", mountPoint: "/user", type: "ext3")), Self.address,
                .unit("mysql-debian.service"),
            ])
        let guesses = result.notes.filter { $0.kind == .guessed }.map(\.description)
        #expect(
            guesses.contains(
                "haresources.mysql:1: guessed: The directory \"user\" does not begin with \"/\"; taken as \"/user\"."))
        #expect(
            guesses.contains(
                "haresources.mysql:1: guessed: \"Ipaddr2\" is no script of Heartbeat or DRBD; taken as IPaddr2."))
    }

    @Test func theFirstTestOfThePaperArrivesWithoutVolume() throws {
        let result = Importer.run(
            haCF: try PaperFiles.input("ha.cf"), haresources: try PaperFiles.input("haresources.test"))
        #expect(result.reading.errors == [])
        #expect(result.definition.volumes == [])
        #expect(result.definition.groups.map(\.name) == ["apache2"])
        #expect(result.definition.groups.first?.resources.map(\.kind) == [Self.address, .unit("apache2.service")])
    }

    static let notes = [
        "ha.cf:1: dropped: \"logfile local0\" makes a file of that name; \"logfacility local0\" was meant. Neither is "
            + "needed: Bascule logs to the journal.",
        "ha.cf:2: translated: keepalive = \"2s\".",
        "ha.cf:3: translated: deadtime = \"10s\".",
        "ha.cf:4: guessed: \"wartime\" is no directive of Heartbeat, which would refuse to start; taken as warntime.",
        "ha.cf:4: translated: warntime = \"6s\".",
        "ha.cf:5: translated: initdead = \"60s\".",
        "ha.cf:6: translated: port = 694 for the links below.",
        "ha.cf:7: translated: Link \"eth0\": broadcast on eth0, port 694.",
        "ha.cf:8: translated: Link \"ttyS0\": serial on \"/dev/ttyS0\" at 19200 baud.",
        "ha.cf:9: translated: auto_failback = \"on\".",
        "ha.cf:10: translated: Node serv-a.",
        "ha.cf:11: translated: Node serv-b.",
        "drbd.conf:1: translated: Volume \"user\".",
        "drbd.conf:1: guessed: Internal metadata of DRBD 0.7 lies elsewhere and is larger: a disk of that version needs "
            + "new metadata and a first synchronisation; one of DRBD 8 can go on as it is.",
        "drbd.conf:2: translated: protocol = \"C\".",
        "drbd.conf:3: dropped: \"incon-degr-cmd\": a copy that is inconsistent never serves here, whatever else happens, "
            + "so no command has to prevent it.",
        "drbd.conf:4: dropped: \"startup\": a node that boots alone waits for the peer, or for proof that its own copy is "
            + "current (rule R1); no time makes a doubtful copy good.",
        "drbd.conf:9: translated: on-io-error = \"panic\".",
        "drbd.conf:12: translated: resync-rate = \"700000K\".",
        "drbd.conf:13: translated: al-extents = 257.",
        "drbd.conf:16: translated: The device becomes /dev/bascule/NAME.",
        "drbd.conf:17: translated: disk \"/dev/sda1\".",
        "drbd.conf:18: guessed: \"Address\" is no keyword of DRBD; taken as address.",
        "drbd.conf:18: translated: address 130.66.201.1:7788.",
        "drbd.conf:19: translated: metadata \"internal\".",
        "drbd.conf:22: translated: The device becomes /dev/bascule/NAME.",
        "drbd.conf:23: translated: disk \"/dev/sda1\".",
        "drbd.conf:24: translated: address 130.66.201.2:7788.",
        "drbd.conf:25: translated: metadata \"internal\".",
        "authkeys:2: missing: crc is a checksum without a secret: anybody on the wire can forge it. Bascule signs every "
            + "heartbeat, so a new key is needed.",
        "haresources:1: guessed: There are blanks before \"::user\", \"::/dev/drbd0\", \"::/user\", \"::ext3\", "
            + "\"::130.66.201.3/24/eth0:0\", with which Heartbeat gives the whole group up; read as if they were not there.",
        "haresources:1: guessed: \"drbdisk\" is no script of Heartbeat or DRBD; taken as drbddisk.",
        "haresources:1: translated: Volume \"user\".",
        "haresources:1: translated: /dev/drbd0 is volume \"user\"; its file system is mounted on \"/user\".",
        "haresources:1: translated: Address 130.66.201.3/24 on eth0 with label eth0:0.",
        "haresources:1: guessed: \"cyrus\" becomes the unit cyrus.service (systemd makes one of an init script); where "
            + "only the script will do, use kind = \"script\" with path = \"/etc/init.d/cyrus\".",
        "haresources:1: guessed: \"mysql-debian\" becomes the unit mysql-debian.service (systemd makes one of an init "
            + "script); where only the script will do, use kind = \"script\" with path = \"/etc/init.d/mysql-debian\".",
        "haresources:1: dropped: \"MailTo::root\" is not taken over: Bascule tells of every change in the journal; send "
            + "mail from there.",
        "haresources:1: guessed: The group had no name; it is called \"user\" and prefers serv-a.",
    ]
}
