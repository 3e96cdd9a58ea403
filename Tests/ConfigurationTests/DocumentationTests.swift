import Configuration
import Foundation
import Testing

/// The files in `docs/` that people copy from.
@Suite struct DocumentationTests {
    static func document(_ name: String) throws -> String {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        return try String(contentsOf: root.appendingPathComponent("docs/\(name)"), encoding: .utf8)
    }

    @Test func theExampleIsValidWithoutWarnings() throws {
        let reading = ConfigurationReader.read(try Self.document("cluster.example.toml"), file: "cluster.example.toml")
        #expect(reading.diagnostics.map(\.description) == [])
        #expect(reading.definition != nil)
    }
}
