import ClusterModel
import Testing

@testable import NodeRuntime

@Suite struct BeatEnvelopeTests {
    @Test func aSealedBeatComesOutAsItWentIn() throws {
        let envelope = try Sample.envelope()
        #expect(envelope.open(envelope.close(Sample.beat())) == .beat(Sample.beat()))
    }

    @Test func aBeatUnderAnotherKeyIsBadlySigned() throws {
        let sealed = try Sample.envelope(key: 8).close(Sample.beat())
        #expect(try Sample.envelope().open(sealed) == .badlySigned)
    }

    @Test func aBeatOfAnotherClusterWithTheSameKeyIsForeign() throws {
        let sealed = try Sample.envelope(cluster: "other").close(Sample.beat(cluster: "other"))
        #expect(try Sample.envelope().open(sealed) == .foreign(cluster: "other"))
    }

    @Test func noChangedByteAndNoShorterPieceIsTakenForABeat() throws {
        let envelope = try Sample.envelope()
        let sealed = envelope.close(Sample.beat())
        for index in sealed.indices {
            var changed = sealed
            changed[index] ^= 1
            let content = envelope.open(changed)
            // A changed magic no longer looks like a beat.
            #expect(content == ((1...4).contains(index) ? .garbled : .badlySigned), "byte \(index)")
        }
        for length in 0..<sealed.count {
            let content = envelope.open(Array(sealed.prefix(length)))
            #expect(content == .garbled || content == .badlySigned, "\(length) bytes")
        }
    }

    @Test func strayBytesAreGarbageAndNoAttack() throws {
        let envelope = try Sample.envelope()
        var generator = SeededGenerator(seed: 1)
        for _ in 0..<2000 {
            let length = Int.random(in: 0...600, using: &generator)
            let bytes = (0..<length).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
            #expect(envelope.open(bytes) == .garbled)
        }
    }

    @Test func aClusterWhoseBeatsDoNotFitIsNoticedBeforeTheFirstBeat() {
        #expect(BeatEnvelope.fits(Sample.definition()))
        let groups = (0..<12).map { index in
            GroupDefinition(
                name: GroupName(unchecked: "group-\(index)-" + String(repeating: "x", count: 40)), preferred: "serv-a",
                resources: [])
        }
        #expect(!BeatEnvelope.fits(Sample.definition(groups: groups)))
    }
}
