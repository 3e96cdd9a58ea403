import ClusterModel
import Foundation
import Replication
import Testing

@testable import WireFormat

/// A crashed primary's metadata, made by our activity log, recovered by the real drbdmeta and by us.
@Suite(.timeLimit(.minutes(1))) struct DrbdmetaRecoveryTests {
    /// An activity log that random requests run through, stored in an area in memory.
    struct Crash {
        var image: AreaImage
        private var log: ActivityLog
        private var random: SeededGenerator
        private var last: ActivityLogTransaction?

        init(seed: UInt64, layout: MetadataLayout, slots: Int, firstNumber: UInt32) {
            image = AreaImage(creating: layout)
            log = ActivityLog(slotCount: slots, ring: layout.ring, firstNumber: firstNumber)
            random = SeededGenerator(seed: seed)
            var superblock = Superblock(creating: layout).taken()
            superblock.agreedSectors = layout.usableBytes / 512
            superblock.activityLogSlots = UInt32(slots)
            superblock.flags = [.consistent, .wasUpToDate, .primary, .connected]
            image.write(superblock.encoded(), at: layout.superblockOffset)
        }

        /// Requests come and go; each transaction is stored at once.
        mutating func run(requests count: Int) {
            var held: [ByteRange] = []
            for _ in 0..<count {
                let size = image.layout.usableBytes
                let offset = UInt64.random(in: 0..<size, using: &random)
                let range = ByteRange(offset: offset, length: min(size - offset, random.next() >> 38))
                if log.begin(range) != .mustWait { held.append(range) }
                while let order = log.takeTransaction() {
                    store(order.transaction)
                    _ = log.transactionStored()
                }
                if held.count > 8 || Bool.random(using: &random) {
                    guard !held.isEmpty else { continue }
                    _ = log.end(held.removeFirst())
                }
            }
        }

        /// One more transaction, of which only the first sector reaches the disk.
        mutating func tear() {
            guard let last else { return }
            let torn = ActivityLogTransaction(
                number: last.number &+ 1, updates: [.init(slot: 0, extent: 1)], contextSize: last.contextSize,
                contextStart: 0, context: [])
            image.write(Array(torn.encoded()[..<512]), at: image.layout.offset(ofTransaction: torn.number))
        }

        private mutating func store(_ transaction: ActivityLogTransaction) {
            image.write(transaction.encoded(), at: image.layout.offset(ofTransaction: transaction.number))
            last = transaction
        }
    }

    struct Setting: Sendable, CustomTestStringConvertible {
        let seed: UInt64
        let slots: Int
        var kind = MetadataKind.internal
        var bytes: UInt64 = 900 << 20
        var stripes: UInt32 = 1
        var firstNumber: UInt32 = 0
        var requests = 120
        var torn = true

        var testDescription: String { "seed \(seed), \(slots) slots, \(kind), \(stripes) stripes, from \(firstNumber)" }
    }

    @Test(arguments: [
        Setting(seed: 1, slots: 67), Setting(seed: 2, slots: 67, torn: false),
        Setting(seed: 3, slots: 67, stripes: 3), Setting(seed: 4, slots: 67, firstNumber: .max - 15),
        Setting(seed: 5, slots: 1237, bytes: 9 << 30), Setting(seed: 6, slots: 6433, bytes: 9 << 30, torn: false),
        Setting(seed: 7, slots: 257, requests: 3),
        Setting(seed: 8, slots: 257, kind: .flexibleExternal, bytes: 1 << 20),
    ])
    func ourLogIsReplayedAlikeByBoth(setting: Setting) throws {
        let ring = try #require(ActivityLogRing(stripes: setting.stripes, blocksPerStripe: 8))
        let file = try MetadataFile(setting.kind, bytes: setting.bytes, ring: ring)
        var crash = Crash(
            seed: setting.seed, layout: file.layout, slots: setting.slots, firstNumber: setting.firstNumber)
        if setting.kind == .flexibleExternal {
            var superblock = try Superblock(decoding: crash.image.superblockBytes)
            superblock.agreedSectors = (2 << 30) / 512 + 3
            crash.image.write(superblock.encoded(), at: file.layout.superblockOffset)
        }
        crash.run(requests: setting.requests)
        if setting.torn { crash.tear() }
        try file.put(crash.image)

        let said = try file.drbdmeta("apply-al")
        #expect(said.status == 0, "\(said.complaints)")
        #expect(said.complaints.contains("1 corrupt AL transactions found") == setting.torn, "\(said.complaints)")
        let recovery = try crash.image.recover()
        #expect(!recovery.extents.isEmpty)
        #expect(try file.area().bytes == crash.image.bytes)
        #expect(try file.superblock().isClean)
    }

    struct Damage: Sendable {
        let corrupt: [UInt64]
        let primary: Bool
        let status: Int32
    }

    @Test(arguments: [
        Damage(corrupt: [1], primary: true, status: 1), Damage(corrupt: [0, 7], primary: true, status: 1),
        Damage(corrupt: Array(0..<8), primary: true, status: 1), Damage(corrupt: [1], primary: false, status: 0),
        Damage(corrupt: Array(0..<8), primary: false, status: 0),
    ])
    func aDamagedLogIsRefusedByBothOrByNone(damage: Damage) throws {
        let file = try MetadataFile(.internal, bytes: 64 << 20)
        var image = AreaImage(creating: file.layout)
        for block in damage.corrupt {
            image.write([UInt8](repeating: 0x11, count: 4096), at: file.layout.activityLog.offset + block * 4096)
        }
        var superblock = Superblock(creating: file.layout).taken()
        superblock.flags = damage.primary ? [.consistent, .primary] : [.consistent]
        superblock.agreedSectors = file.layout.usableBytes / 512
        image.write(superblock.encoded(), at: file.layout.superblockOffset)
        try file.put(image)

        #expect(try file.drbdmeta("apply-al").status == damage.status)
        if damage.status == 0 {
            _ = try image.recover()
            #expect(try file.area().bytes == image.bytes)
        } else {
            #expect(throws: ActivityLogRecoveryError.self) { _ = try image.recover() }
        }
    }

    @Test func aTornFirstTransactionMeansNothingWasActiveToBoth() throws {
        let file = try MetadataFile(.internal, bytes: 64 << 20)
        var crash = Crash(seed: 9, layout: file.layout, slots: 67, firstNumber: 0)
        crash.image.write([UInt8](repeating: 0x11, count: 4096), at: file.layout.activityLog.offset)
        try file.put(crash.image)
        try file.demand("apply-al")
        let recovery = try crash.image.recover()
        #expect(recovery.extents.isEmpty)
        // drbdmeta leaves the torn block where it is; we tidy up.
        #expect(try file.superblock() == recovery.superblock)
        #expect(try file.area().bitmapWords(sectors: 8).allSatisfy { $0 == 0 })
        #expect(crash.image.ring.allSatisfy { $0 == .initialised })
    }
}
