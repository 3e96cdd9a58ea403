import Authentication
import Testing

struct HeartbeatSealTests {
    private func seal(_ id: UInt8 = 1, filledWith byte: UInt8 = 0xaa) throws -> HeartbeatSeal {
        let key = try #require(HeartbeatKey(id: id, secret: [UInt8](repeating: byte, count: 32)))
        return try #require(HeartbeatSeal([key]))
    }

    private let beat = Array("a beat".utf8)

    @Test func aSealedBeatOpensWithTheSameKey() throws {
        let seal = try seal()
        let packet = seal.seal(beat)
        #expect(packet.count == 1 + beat.count + 32)
        #expect(try Array(seal.open(packet[...])) == beat)
    }

    /// Key and text of RFC 4231, test case 1, with the key id in front; computed with `openssl dgst -sha256 -mac HMAC`.
    @Test func theCodeIsHMACOverKeyIdAndBeat() throws {
        let key = try #require(HeartbeatKey(id: 1, secret: [UInt8](repeating: 0x0b, count: 20)))
        let packet = try #require(HeartbeatSeal([key])).seal(Array("Hi There".utf8))
        let code = packet.suffix(32).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        #expect(code == "3de33330683ba9442206f4b6728cd35548f52aeb6c32fcc9da131c109384b1ae")
    }

    @Test func everyChangedBitIsNoticed() throws {
        let seal = try seal()
        let packet = seal.seal(beat)
        for index in packet.indices {
            for bit in 0..<8 {
                var changed = packet
                changed[index] ^= 1 << bit
                #expect(throws: HeartbeatSeal.Flaw.self) { try seal.open(changed[...]) }
            }
        }
    }

    @Test func everyTruncationIsNoticed() throws {
        let seal = try seal()
        let packet = seal.seal(beat)
        for length in packet.indices {
            #expect(throws: HeartbeatSeal.Flaw.self) { try seal.open(packet.prefix(length)) }
        }
    }

    @Test func anotherSecretIsAWrongCodeAndAnotherNumberAnUnknownKey() throws {
        let packet = try seal(1, filledWith: 1).seal(beat)
        #expect(throws: HeartbeatSeal.Flaw.wrongCode) { try seal(1, filledWith: 2).open(packet[...]) }
        #expect(throws: HeartbeatSeal.Flaw.unknownKey(1)) { try seal(2, filledWith: 1).open(packet[...]) }
    }

    @Test func tooLargePacketsAreNotHashed() throws {
        let packet = [UInt8](repeating: 1, count: HeartbeatSeal.maximumSize + 1)
        #expect(throws: HeartbeatSeal.Flaw.badLength(packet.count)) { try seal().open(packet[...]) }
    }

    @Test func aNewKeyCanBeRolledOutOnOneNodeAfterTheOther() throws {
        let old = try #require(HeartbeatKey(id: 1, secret: [UInt8](repeating: 1, count: 32)))
        let new = try #require(HeartbeatKey(id: 2, secret: [UInt8](repeating: 2, count: 32)))
        let first = try #require(HeartbeatSeal([old, new]))
        let second = try #require(HeartbeatSeal([new, old]))
        #expect(try Array(second.open(first.seal(beat)[...])) == beat)
        #expect(try Array(first.open(second.seal(beat)[...])) == beat)
    }

    @Test func aKeyNeverPrintsItsSecret() throws {
        let key = try #require(HeartbeatKey(id: 9, secret: Array("not for printing!".utf8)))
        #expect("\(key)" == "key 9")
        #expect(!String(reflecting: Mirror(reflecting: key).children.map { $0.value }).contains("110"))
    }
}
