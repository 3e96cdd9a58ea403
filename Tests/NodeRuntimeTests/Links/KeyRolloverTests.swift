import ClusterModel
import Configuration
import Testing

@testable import NodeRuntime

/// The way to change a key as the manual tells it, with key files as a person edits them.
@Suite struct KeyRolloverTests {
    private static let old = "1 " + String(repeating: "0a", count: 32)
    private static let new = "2 " + String(repeating: "0b", count: 32)

    /// Add the new key behind the old one, move it to the front, remove the old one.
    private static let steps = [[old], [old, new], [new, old], [new]]

    private func envelope(_ lines: [String]) throws -> BeatEnvelope {
        let scratch = try ScratchFolder()
        let path = try scratch.write("key", lines.joined(separator: "\n") + "\n")
        return BeatEnvelope(keys: try KeyFile.readAll(path), cluster: Sample.cluster)
    }

    @Test(arguments: 0..<3)
    func aNodeOneStepAheadAndItsPeerUnderstandEachOther(step: Int) throws {
        let behind = try envelope(Self.steps[step])
        let ahead = try envelope(Self.steps[step + 1])
        #expect(ahead.open(behind.close(Sample.beat())) == .beat(Sample.beat()))
        #expect(behind.open(ahead.close(Sample.beat())) == .beat(Sample.beat()))
    }

    @Test func theFirstKeyOfTheFileSigns() throws {
        #expect(try Self.steps.map { try envelope($0).close(Sample.beat())[0] } == [1, 1, 2, 2])
    }

    @Test func aRemovedKeyOpensNothing() throws {
        let sealed = try envelope([Self.old]).close(Sample.beat())
        #expect(try envelope([Self.new]).open(sealed) == .badlySigned)
    }
}
