import ClusterModel
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

extension DocumentationTests {
    /// One unknown key in every table: the reader answers with all keys that it knows.
    static let everyTable = """
        x = 1
        name = "n"
        [timing]
        x = 1
        [watchdog]
        x = 1
        [[node]]
        name = "a"
        x = 1
        [[node]]
        name = "b"
        [[link]]
        kind = "udp"
        x = 1
        [[link]]
        kind = "serial"
        x = 1
        [[volume]]
        x = 1
        after-split-brain = { x = 1 }
        [[group]]
        x = 1
        [[group.resource]]
        kind = "volume"
        x = 1
        [[group.resource]]
        kind = "filesystem"
        x = 1
        [[group.resource]]
        kind = "address"
        x = 1
        [[group.resource]]
        kind = "unit"
        x = 1
        [[group.resource]]
        kind = "script"
        x = 1
        """

    @Test func everyKeyIsInTheReference() throws {
        let unknown = ConfigurationReader.read(Self.everyTable, file: "c.toml").errors.filter {
            $0.message.hasPrefix("unknown key \"x\"")
        }
        #expect(unknown.count == 14)
        let tables = ["timing", "node", "link", "volume", "group", "watchdog", "resource"]
        let keys = Set(unknown.flatMap { ($0.allowed ?? "").split(separator: ", ").map(String.init) })
            .subtracting(tables)
        #expect(keys.count > 30)
        let reference = try Self.document("CONFIGURATION.md")
        for key in keys.sorted() where key != "zero-primaries" && key != "one-primary" {
            #expect(reference.contains("\n`\(key)`\n: "), "\(key) is not in docs/CONFIGURATION.md")
        }
        #expect(reference.contains("`zero-primaries`") && reference.contains("`one-primary`"))
        for table in tables { #expect(reference.contains("\(table)]")) }
    }

    @Test func everyWordIsInTheReference() throws {
        let reference = try Self.document("CONFIGURATION.md")
        let words =
            SilencePolicy.allCases.map(\.rawValue) + AutoFailback.allCases.map(\.rawValue)
            + WireProtocol.allCases.map(\.rawValue) + IOErrorPolicy.allCases.map(\.rawValue)
            + SplitBrainPolicies.ZeroPrimaries.allCases.map(\.rawValue)
            + SplitBrainPolicies.OnePrimary.allCases.map(\.rawValue)
        for word in words { #expect(reference.contains("`\"\(word)\"`"), "\(word) is not in docs/CONFIGURATION.md") }
    }

    @Test func theDefaultsInTheReferenceAreTheDefaults() throws {
        let reference = try Self.document("CONFIGURATION.md")
        let timing = Timing()
        let defaults = [
            ("keepalive", DurationText.text(timing.keepalive)), ("warntime", DurationText.text(timing.warntime)),
            ("deadtime", DurationText.text(timing.deadtime)), ("initdead", DurationText.text(timing.initdead)),
            ("auto_failback", timing.autoFailback.rawValue),
        ]
        for (key, value) in defaults {
            let entry = reference.split(separator: "\n`\(key)`\n", maxSplits: 1).last?.prefix(400) ?? ""
            #expect(entry.contains("Default `\"\(value)\"`"), "\(key)")
        }
    }
}
