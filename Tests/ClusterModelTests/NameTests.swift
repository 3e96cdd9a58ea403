import ClusterModel
import Testing

@Suite struct NameTests {
    @Test(arguments: ["serv-a", "a", "0", "node.example_1"])
    func acceptsHostNames(text: String) {
        #expect(NodeName(text)?.text == text)
    }

    @Test(arguments: ["", "-a", "a b", "a/b", "é", String(repeating: "a", count: 64)])
    func refusesWhatCouldNotBeAHostNameOrFileName(text: String) {
        #expect(NodeName(text) == nil)
    }
}
