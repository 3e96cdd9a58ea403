import ClusterModel
import Configuration
import Testing

@Suite struct ConfigurationComparingTests {
    static func definition(_ text: String) throws -> ClusterDefinition {
        let reading = ConfigurationReader.read(text, file: "c.toml")
        return try #require(reading.definition, "\(reading.errors)")
    }

    @Test func theDigestIsThisAndStaysThis() throws {
        let hash = ConfigurationHash(of: try Self.definition(ExampleText.good))
        #expect(hash.description == "6c41ab758a139e37")
    }

    @Test(arguments: [
        ("name = \"school\"", "# comment\nname   =  'school'   "),
        ("interface = \"eth0\"", "interface = { serv-b = \"eth0\", serv-a = \"eth0\" }"),
        ("[[node]]", "[timing]\nkeepalive = \"2000ms\"\n[[node]]"),
        ("[[volume]]\nname = \"data\"\ndisk = \"/dev/sda1\"", "[[volume]]\ndisk = \"/dev/sda1\"\nname = \"data\""),
        ("mount-point = \"/srv/data\"", "mount-point = \"/srv/data/\"\ntype = \"ext4\"\noptions = []"),
        ("disk = \"/dev/sda1\"", "disk = \"/dev/sda1\"\nmetadata = \"internal\""),
    ])
    func anotherSpellingOfTheSameIsNoDifference(old: String, new: String) throws {
        let ours = try Self.definition(ExampleText.good)
        let theirs = try Self.definition(ExampleText.with(old, new))
        #expect(ConfigurationHash(of: ours) == ConfigurationHash(of: theirs))
        #expect(ConfigurationDifference.sentences(between: ours, and: theirs) == [])
    }

    @Test(arguments: [
        ("\"school\"", "\"town\"", ["name is school here and town there"]),
        ("[[node]]", "[timing]\ndeadtime = \"12s\"\n[[node]]", ["deadtime is 10s here and 12s there"]),
        (
            "interface = \"eth0\"", "interface = { serv-a = \"eth0\", serv-b = \"eth1\" }",
            ["link \"lan\" interface on serv-b is eth0 here and eth1 there"]
        ),
        (
            "\"/dev/ttyS0\"", "\"/dev/ttyS0\"\nbaud = 57600",
            ["link \"null-modem\" baud is 115200 here and 57600 there"]
        ),
        (
            "disk = \"/dev/sda1\"", "disk = \"/dev/sda1\"\nmetadata = \"/dev/sdb[7]\"",
            [
                "volume \"data\" metadata on serv-a is internal here and /dev/sdb[7] there",
                "volume \"data\" metadata on serv-b is internal here and /dev/sdb[7] there",
            ]
        ),
        (
            "192.0.2.10/24", "192.0.2.10/25",
            ["group \"web\" resource 3 (address) address is 192.0.2.10/24 here and 192.0.2.10/25 there"]
        ),
        (
            "preferred = \"serv-a\"", "preferred = \"serv-b\"",
            ["group \"web\" preferred is serv-a here and serv-b there"]
        ),
        (
            "[[node]]", "[watchdog]\ntimeout = \"5s\"\n[[node]]",
            [
                "watchdog device is missing here and /dev/watchdog there",
                "watchdog timeout is missing here and 5s there",
            ]
        ),
    ])
    func whatDiffersIsNamed(old: String, new: String, sentences: [String]) throws {
        let ours = try Self.definition(ExampleText.good)
        let theirs = try Self.definition(ExampleText.with(old, new))
        #expect(ConfigurationHash(of: ours) != ConfigurationHash(of: theirs))
        #expect(ConfigurationDifference.sentences(between: ours, and: theirs) == sentences)
    }

    @Test func theListOfDifferencesIsBounded() {
        var random = RandomDefinition(seed: 1)
        let (one, other) = (random.next(), random.next())
        #expect(ConfigurationDifference.sentences(between: one, and: other).count == 5)
        #expect(ConfigurationDifference.sentences(between: one, and: other, limit: 1).count == 1)
    }

    @Test func differentDefinitionsHaveDifferentDigests() {
        var random = RandomDefinition(seed: 2)
        let definitions = Set((0..<500).map { _ in random.next() })
        let hashes = Set(definitions.map { ConfigurationHash(of: $0) })
        // `each` with the same value twice is not generated, so equal meaning is equal value here.
        #expect(hashes.count == definitions.count)
    }
}
