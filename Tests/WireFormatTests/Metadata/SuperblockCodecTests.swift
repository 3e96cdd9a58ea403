import ClusterModel
import Replication
import Testing

@testable import WireFormat

@Suite struct SuperblockCodecTests {
    private func superblock() throws -> Superblock {
        Superblock(creating: try MetadataLayout(kind: .internal, deviceBytes: 64 << 20))
    }

    private func patched(_ offset: Int, _ bytes: [UInt8]) throws -> [UInt8] {
        var block = try superblock().encoded()
        block.replaceSubrange(offset..<(offset + bytes.count), with: bytes)
        return block
    }

    private func expect(_ error: SuperblockDecodingError, from bytes: [UInt8]) {
        #expect(throws: error) { try Superblock(decoding: bytes) }
        #expect(!"\(error)".isEmpty)
    }

    @Test func everyFieldSurvivesTheRoundTrip() throws {
        var random = SeededGenerator(seed: 2)
        for _ in 0..<200 {
            var original = try superblock()
            original.agreedSectors = random.next() >> 13
            original.generations = GenerationUUIDs(
                current: GenerationUUID(rawValue: random.next()), bitmap: GenerationUUID(rawValue: random.next()),
                historyStart: GenerationUUID(rawValue: random.next()),
                historyEnd: GenerationUUID(rawValue: random.next()))
            original.deviceUUID = random.next()
            original.flags = MetadataFlags(rawValue: UInt32(truncatingIfNeeded: random.next()))
            original.use = Bool.random(using: &random) ? .closed : .inUse
            original.areaSectors = UInt32(truncatingIfNeeded: random.next())
            original.activityLogOffset = Int32(truncatingIfNeeded: random.next())
            original.activityLogSlots = UInt32(truncatingIfNeeded: random.next())
            original.bitmapOffset = Int32(truncatingIfNeeded: random.next())
            original.peerMaxRequestBytes = UInt32(truncatingIfNeeded: random.next())
            #expect(try Superblock(decoding: original.encoded()) == original)
        }
    }

    @Test func everyOtherLengthIsRefused() throws {
        let bytes = try superblock().encoded()
        for length in 0..<4096 { expect(.wrongLength(length), from: Array(bytes[..<length])) }
        expect(.wrongLength(4097), from: bytes + [0])
    }

    @Test func otherMagicNumbersAreToldApart() throws {
        try expect(.otherFormat(version: 7), from: patched(60, [0x83, 0x74, 0x02, 0x6a]))
        try expect(.otherFormat(version: 9), from: patched(60, [0x83, 0x74, 0x02, 0x6d]))
        try expect(.notMetadata(magic: 0x8374_0267), from: patched(60, [0x83, 0x74, 0x02, 0x67]))
        expect(.notMetadata(magic: 0), from: [UInt8](repeating: 0, count: 4096))
    }

    @Test func metadataInUseAreReadAndUnclean() throws {
        let taken = try superblock().taken()
        let bytes = taken.encoded()
        #expect(Array(bytes[60..<64]) == [0x83, 0x74, 0x02, 0x6c])
        let read = try Superblock(decoding: bytes)
        #expect(read == taken && !read.isClean && read.closed().isClean)
    }

    @Test func damagedFieldsAreNamed() throws {
        try expect(.bytesPerBit(8192), from: patched(80, [0, 0, 0x20, 0]))
        try expect(.activityLogGeometry(stripes: 0, blocksPerStripe: 8), from: patched(88, [0, 0, 0, 0]))
        try expect(.activityLogGeometry(stripes: 1, blocksPerStripe: 0), from: patched(92, [0, 0, 0, 0]))
        try expect(.activityLogGeometry(stripes: 1, blocksPerStripe: 7), from: patched(92, [0, 0, 0, 7]))
        try expect(
            .activityLogGeometry(stripes: .max, blocksPerStripe: .max),
            from: patched(88, [UInt8](repeating: 255, count: 8)))
        try expect(.agreedSize(sectors: .max), from: patched(0, [UInt8](repeating: 255, count: 8)))
    }

    @Test func noStripesAtAllMeanTheStandard() throws {
        #expect(try Superblock(decoding: patched(88, [UInt8](repeating: 0, count: 8))).ring == .standard)
    }

    @Test func randomBlocksAreReadOrRefusedButNeverTrap() throws {
        var random = SeededGenerator(seed: 3)
        var read = 0
        for _ in 0..<2000 {
            var bytes = try superblock().encoded()
            for _ in 0..<Int.random(in: 1...6, using: &random) {
                bytes[Int.random(in: 0..<96, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            do {
                let found = try Superblock(decoding: bytes)
                let layout = try MetadataLayout(kind: .internal, deviceBytes: 64 << 20)
                _ = MetadataChecker.problems(
                    found, layout: layout, metadataDeviceBytes: 64 << 20, dataDeviceBytes: 64 << 20)
                _ = found.agreedBytes
                read += 1
            } catch let error as SuperblockDecodingError {
                #expect(!"\(error)".isEmpty)
            }
        }
        #expect(read > 100)
    }
}
