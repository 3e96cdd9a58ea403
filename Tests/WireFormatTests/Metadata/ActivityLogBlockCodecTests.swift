import ClusterModel
import Replication
import Testing

@testable import WireFormat

@Suite struct ActivityLogBlockCodecTests {
    private func transaction(_ random: inout SeededGenerator) -> ActivityLogTransaction {
        let updates = (0..<Int.random(in: 0...64, using: &random)).map { slot in
            ActivityLogTransaction.Update(slot: UInt16(slot * 3), extent: UInt32.random(in: 0..<1000, using: &random))
        }
        let size = UInt16.random(in: 67...3000, using: &random)
        let start = UInt16(919 * (Int.random(in: 0..<Int(size), using: &random) / 919))
        let window = (0..<min(919, Int(size - start))).map { _ in
            Bool.random(using: &random) ? ActivityLogTransaction.free : UInt32.random(in: 0..<1000, using: &random)
        }
        return ActivityLogTransaction(
            number: UInt32(truncatingIfNeeded: random.next()), updates: updates, contextSize: size, contextStart: start,
            context: window)
    }

    /// A block with a right checksum, whatever its fields hold.
    private func sealed(_ bytes: [UInt8]) -> [UInt8] {
        var fields = BlockFields(bytes)
        fields.write(UInt32(0), at: 8)
        fields.write(CRC32C.remainder(of: fields.bytes), at: 8)
        return fields.bytes
    }

    @Test func everyTransactionSurvivesTheRoundTrip() {
        var random = SeededGenerator(seed: 4)
        for _ in 0..<50 {
            let original = transaction(&random)
            #expect(ActivityLogBlock(decoding: original.encoded()) == .transaction(original))
            #expect(ActivityLogBlock.transaction(original).encoded() == original.encoded())
        }
    }

    @Test func fieldsLieWhereTheFormatPutsThem() {
        let transaction = ActivityLogTransaction(
            number: 0x0102_0304, updates: [.init(slot: 5, extent: 0x0a0b_0c0d)], contextSize: 67, contextStart: 0,
            context: [UInt32](repeating: 9, count: 67))
        let bytes = transaction.encoded()
        #expect(bytes.count == 4096)
        #expect(Array(bytes[0..<8]) == [0x69, 0xcb, 0x65, 0xa2, 1, 2, 3, 4])
        #expect(Array(bytes[12..<20]) == [0, 0, 0, 1, 0, 67, 0, 0])
        #expect(Array(bytes[20..<40]) == [UInt8](repeating: 0, count: 16) + [0, 5, 0xff, 0xff])
        #expect(Array(bytes[164..<172]) == [0x0a, 0x0b, 0x0c, 0x0d, 0xff, 0xff, 0xff, 0xff])
        #expect(Array(bytes[420..<424]) == [0, 0, 0, 9])
        #expect(bytes[(420 + 4 * 67)...].allSatisfy { $0 == 0xff })
    }

    @Test func anInitialisedBlockHasTheChecksumDrbdmetaWrites() {
        let bytes = ActivityLogBlock.initialisedBytes
        #expect(Array(bytes[8..<14]) == [0x70, 0x9c, 0xc6, 0x51, 0xff, 0xff])
        #expect(ActivityLogBlock(decoding: bytes) == .initialised)
        #expect(ActivityLogBlock.initialised.encoded() == bytes && ActivityLogBlock.corrupt.encoded() == nil)
    }

    @Test func aBlockOfAnotherLengthIsCorrupt() {
        let bytes = ActivityLogBlock.initialisedBytes
        for length in 0..<4096 { #expect(ActivityLogBlock(decoding: Array(bytes[..<length])) == .corrupt) }
        #expect(ActivityLogBlock(decoding: bytes + [0]) == .corrupt)
    }

    @Test func everyFlippedBitIsNoticed() {
        var random = SeededGenerator(seed: 5)
        let bytes = transaction(&random).encoded()
        for index in bytes.indices {
            var torn = bytes
            torn[index] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            #expect(ActivityLogBlock(decoding: torn) == .corrupt)
        }
    }

    @Test func everyTornBlockIsNoticed() {
        var random = SeededGenerator(seed: 6)
        let old = transaction(&random).encoded()
        let new = transaction(&random).encoded()
        var kinds: Set<[UInt8]> = []
        for sectors in 1..<8 {
            let torn = Array(new[..<(512 * sectors)] + old[(512 * sectors)...])
            // A tail that is unused in both makes no difference.
            guard torn != new, kinds.insert(torn).inserted else { continue }
            #expect(ActivityLogBlock(decoding: torn) == .corrupt)
        }
        #expect(!kinds.isEmpty)
    }

    @Test func updatesBeyondTheStatedCountAreKeptUnlessMarkedUnused() {
        var fields = BlockFields(
            ActivityLogTransaction(
                number: 1, updates: [.init(slot: 3, extent: 7)], contextSize: 67, contextStart: 0, context: []
            ).encoded())
        for stated in [0, 1] as [UInt16] {
            fields.write(stated, at: 14)
            guard case .transaction(let read) = ActivityLogBlock(decoding: sealed(fields.bytes)) else {
                Issue.record("not read with \(stated) updates")
                continue
            }
            #expect(read.updates == [.init(slot: 3, extent: 7)])
        }
        fields.write(UInt16.max, at: 14)
        guard case .transaction(let read) = ActivityLogBlock(decoding: sealed(fields.bytes)) else {
            Issue.record("not read")
            return
        }
        #expect(read.updates.count == 64)
    }

    @Test func randomBlocksWithARightChecksumNeverTrap() throws {
        var random = SeededGenerator(seed: 7)
        var ring: [ActivityLogBlock] = []
        for _ in 0..<60 {
            var bytes = (0..<4096).map { _ in UInt8(truncatingIfNeeded: random.next()) }
            bytes.replaceSubrange(0..<4, with: [0x69, 0xcb, 0x65, 0xa2])
            ring.append(ActivityLogBlock(decoding: sealed(bytes)))
        }
        #expect(!ring.contains(.corrupt))
        #expect(try !ActivityLogRecovery.activeExtents(in: ring).isEmpty)
    }
}
