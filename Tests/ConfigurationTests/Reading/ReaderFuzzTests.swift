import ClusterModel
import Configuration
import Testing

@Suite struct ReaderFuzzTests {
    static let pieces = [
        "\n", "=", "[", "]", "[[", "]]", "{", "}", "\"", "'''", "\"\"\"", "#", ".", ",", "1979-05-27", "1e9", "\\u0000",
        "[group]\n", "[[group.resource]]\n", "x = { y = [ {} ] }\n", "\u{feff}", "é", "\0",
    ]

    @Test func noTextHoldsOrBreaksTheReader() {
        var generator = SeededGenerator(seed: 0x70_4D)
        for _ in 0..<400 {
            var bytes = Array(ExampleText.good.utf8)
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                let place = Int.random(in: 0..<bytes.count, using: &generator)
                switch Int.random(in: 0...2, using: &generator) {
                case 0: bytes[place] = UInt8.random(in: 0...255, using: &generator)
                case 1: bytes.remove(at: place)
                default:
                    bytes.insert(
                        contentsOf: Array((Self.pieces.randomElement(using: &generator) ?? "").utf8), at: place)
                }
            }
            let text = String(decoding: bytes, as: UTF8.self)
            let reading = ConfigurationReader.read(text, file: "c.toml")
            let lines = text.utf8.count { $0 == UInt8(ascii: "\n") } + 1
            #expect((reading.definition == nil) == !reading.errors.isEmpty)
            #expect(reading.diagnostics.allSatisfy { (0...lines).contains($0.place.line) })
            for diagnostic in reading.diagnostics {
                #expect(diagnostic.description.unicodeScalars.allSatisfy { $0.value >= 0x20 }, "\(diagnostic)")
            }
        }
    }

    @Test func everyTruncationIsAnErrorOrADefinition() {
        let bytes = Array(ExampleText.good.utf8)
        for length in 0..<bytes.count {
            let reading = ConfigurationReader.read(
                String(decoding: bytes.prefix(length), as: UTF8.self), file: "c.toml")
            #expect((reading.definition == nil) == !reading.errors.isEmpty, "cut at \(length)")
        }
    }

    @Test(arguments: [
        String(repeating: "[", count: 50_000), String(repeating: "a.", count: 50_000) + "a = 1",
        "a = " + String(repeating: "[", count: 50_000), "a = " + String(repeating: "{ a = ", count: 20_000),
        (0..<5_000).map { "k\($0) = 1\n" }.joined(), String(repeating: "[[link]]\n", count: 3_000),
        "[" + String(repeating: "a.", count: 20_000) + "a]",
    ])
    func extremeTextsAreReadInBoundedTime(text: String) {
        let reading = ConfigurationReader.read(text, file: "c.toml")
        #expect(reading.definition == nil)
        #expect(!reading.errors.isEmpty)
    }
}
