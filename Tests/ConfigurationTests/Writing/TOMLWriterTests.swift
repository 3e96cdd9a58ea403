import ClusterModel
import Configuration
import Testing

@Suite struct TOMLWriterTests {
    @Test(arguments: 0..<40)
    func whatIsWrittenReadsBackToTheSameValue(seed: UInt64) throws {
        var random = RandomDefinition(seed: seed)
        for _ in 0..<5 {
            let definition = random.next()
            let text = TOMLWriter.text(of: definition)
            let reading = ConfigurationReader.read(text, file: "c.toml")
            #expect(reading.errors.map(\.description) == [])
            #expect(reading.definition == definition)
        }
    }

    @Test func theTextIsForPeople() throws {
        let definition = try #require(ConfigurationReader.read(ExampleText.good, file: "c.toml").definition)
        let text = TOMLWriter.text(of: definition)
        #expect(
            text.contains(
                "\ndeadtime = \"10s\"                        # silence on all links after which the peer is dead\n"))
        #expect(text.contains("\naddress = { serv-a = \"198.51.100.1:7788\", serv-b = \"198.51.100.2:7788\" }\n"))
    }
}
