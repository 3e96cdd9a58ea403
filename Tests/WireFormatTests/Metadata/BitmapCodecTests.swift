import ClusterModel
import Testing

@testable import WireFormat

@Suite struct BitmapCodecTests {
    @Test func wordsAreLittleEndian() {
        #expect(BitmapCodec.bytes(of: [0x0807_0605_0403_0201]) == [1, 2, 3, 4, 5, 6, 7, 8])
        #expect(BitmapCodec.words(of: [1, 2, 3, 4, 5, 6, 7, 8]) == [0x0807_0605_0403_0201])
    }

    @Test func aRestIsFilledUpWithZeros() {
        let bytes: [UInt8] = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]
        for length in 0...bytes.count {
            let words = BitmapCodec.words(of: Array(bytes[..<length]))
            #expect(words.count == (length + 7) / 8)
            let back = BitmapCodec.bytes(of: words)
            #expect(Array(back[..<length]) == Array(bytes[..<length]) && back[length...].allSatisfy { $0 == 0 })
        }
    }

    @Test func wordsSurviveTheRoundTripFromASliceToo() {
        var random = SeededGenerator(seed: 8)
        let words = (0..<512).map { _ in random.next() }
        #expect(BitmapCodec.words(of: BitmapCodec.bytes(of: words)) == words)
        #expect(BitmapCodec.words(of: BitmapCodec.bytes(of: words[100..<200])) == Array(words[100..<200]))
    }
}
