import ClusterModel
import Testing

@testable import WireFormat

@Suite struct CRC32CTests {
    /// RFC 3720, appendix B.4.
    @Test func theExamplesOfTheISCSIStandardComeOutRight() {
        #expect(CRC32C.checksum(of: [UInt8](repeating: 0, count: 32)) == 0x8a91_36aa)
        #expect(CRC32C.checksum(of: [UInt8](repeating: 0xff, count: 32)) == 0x62a8_ab43)
        #expect(CRC32C.checksum(of: [UInt8](0..<32)) == 0x46dd_794e)
        #expect(CRC32C.checksum(of: [UInt8]((0..<32).reversed())) == 0x113f_db5c)
        #expect(CRC32C.checksum(of: Array("123456789".utf8)) == 0xe306_9283)
    }

    @Test func eightBytesAStepGiveTheSameAsOneBitAStep() {
        var random = SeededGenerator(seed: 1)
        for length in 0..<100 {
            let bytes = (0..<length).map { _ in UInt8.random(in: 0...255, using: &random) }
            let start = UInt32.random(in: 0...UInt32.max, using: &random)
            let bitwise = bytes.reduce(start) { crc, byte in
                (0..<8).reduce(crc ^ UInt32(byte)) { crc, _ in crc & 1 == 0 ? crc >> 1 : crc >> 1 ^ 0x82f6_3b78 }
            }
            #expect(CRC32C.remainder(of: bytes, start: start) == bitwise)
            #expect(CRC32C.remainder(of: AnySequence(bytes), start: start) == bitwise)
        }
    }

    @Test func aRemainderContinuesOverFurtherBytes() {
        let bytes = [UInt8](0..<200)
        for cut in bytes.indices {
            let first = CRC32C.remainder(of: bytes[..<cut], start: 7)
            #expect(CRC32C.remainder(of: bytes[cut...], start: first) == CRC32C.remainder(of: bytes, start: 7))
        }
    }
}
