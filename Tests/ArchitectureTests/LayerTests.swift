import Foundation
import Testing

/// The layers of docs/ARCHITECTURE.md, held against the imports that the sources really write. SwiftPM alone would let a
/// target import any module that happens to be built before it.
@Suite struct LayerTests {
    static let sources = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("Sources")

    static let pure = ["ClusterModel", "Membership", "Ownership", "Replication", "NodeCore", "WireFormat", "Simulator"]

    static let mayImport: [String: Set<String>] = [
        "ClusterModel": [],
        "Membership": ["ClusterModel"],
        "Ownership": ["ClusterModel"],
        "Replication": ["ClusterModel"],
        "NodeCore": ["ClusterModel", "Membership", "Ownership"],
        "WireFormat": ["ClusterModel", "Replication"],
        "Simulator": ["ClusterModel", "Membership", "Ownership", "Replication", "NodeCore", "WireFormat"],
    ]

    struct Line {
        let file: String
        let number: Int
        let text: String
    }

    static func lines(of target: String) throws -> [Line] {
        let folder = sources.appendingPathComponent(target)
        guard let files = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil) else { return [] }
        return try files.compactMap { $0 as? URL }.filter { $0.pathExtension == "swift" }.flatMap { file in
            try String(contentsOf: file, encoding: .utf8).split(separator: "\n", omittingEmptySubsequences: false)
                .enumerated().map { Line(file: file.lastPathComponent, number: $0 + 1, text: code(String($1))) }
        }
    }

    /// The line without its comment and string literals.
    static func code(_ line: String) -> String {
        let withoutStrings = line.replacing(/"(?:[^"\\]|\\.)*"/, with: "\"\"")
        return String(
            withoutStrings.prefix(upTo: withoutStrings.firstRange(of: "//")?.lowerBound ?? withoutStrings.endIndex))
    }

    @Test(arguments: pure) func pureTargetsImportOnlyTheLayersAboveThem(target: String) throws {
        let allowed = try #require(Self.mayImport[target])
        for line in try Self.lines(of: target) {
            guard let match = line.text.firstMatch(of: /^(?:@\w+ |package |public |internal )*import (?:\w+ )?(\w+)/)
            else { continue }
            #expect(allowed.contains(String(match.1)), "\(target)/\(line.file):\(line.number): imports \(match.1)")
        }
    }

    @Test(arguments: pure) func pureTargetsHaveNoClockConcurrencyOrUnseededRandomness(target: String) throws {
        let banned: [(Regex<Substring>, String)] = [
            (/\basync\b|\bawait\b|\bTask\b/, "concurrency"),
            (/ContinuousClock|SuspendingClock|\.now\(\)/, "a clock"),
            (/SystemRandomNumberGenerator/, "the system's randomness"),
            (/\.random\(in: *[^,)]*\)|\.randomElement\(\)|\.shuffled\(\)|\.shuffle\(\)/, "unseeded randomness"),
        ]
        for line in try Self.lines(of: target) {
            for (pattern, what) in banned where line.text.firstMatch(of: pattern) != nil {
                Issue.record("\(target)/\(line.file):\(line.number): \(what) in a pure target: \(line.text)")
            }
        }
    }

    /// The order of a `Set` or `Dictionary` differs from run to run: whatever is iterated must be an array, or sorted.
    /// The names of such variables are read off their declarations; `for … in name` without `.sorted` is an error.
    @Test(arguments: pure) func pureTargetsDoNotIterateUnorderedCollections(target: String) throws {
        let lines = try Self.lines(of: target)
        var unordered: [String: Set<String>] = [:]
        for line in lines {
            if let match = line.text.firstMatch(of: /(?:var|let) (\w+): *(?:Set<|\[[\w.]+ ?: ?)/)
                ?? line.text.firstMatch(of: /(?:var|let) (\w+) *= *(?:Set<|\[[\w.]+ ?: ?[^\]]+\]\()/)
            {
                unordered[line.file, default: []].insert(String(match.1))
            }
        }
        for line in lines {
            guard
                let match = line.text.firstMatch(
                    of: /for .* in (?:self\.)?(\w+)(?:\.(?:keys|values))?(?: where .*)? *\{/)
            else { continue }
            let name = String(match.1)
            #expect(
                !(unordered[line.file]?.contains(name) ?? false),
                "\(target)/\(line.file):\(line.number): iterates the unordered \(name)")
        }
    }

    @Test func everyPureTargetHasSources() throws {
        for target in Self.pure
        where FileManager.default.fileExists(atPath: Self.sources.appendingPathComponent(target).path) {
            #expect(try !Self.lines(of: target).isEmpty, "\(target) is empty: the tests above would prove nothing")
        }
        #expect(try Self.lines(of: "ClusterModel").count > 100)
    }
}
