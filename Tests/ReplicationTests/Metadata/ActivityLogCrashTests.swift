import ClusterModel
import Replication
import Testing

/// Random requests on a small log over a ring that keeps what was stored; after every step the power fails, the newest
/// block torn or not, and the replay must know every request that had begun.
@Suite struct ActivityLogCrashTests {
    struct Request {
        let range: ByteRange
        /// The transaction it waits for; nil once it has begun.
        var waitsFor: UInt32?
    }

    struct World {
        var log: ActivityLog
        var random: SeededGenerator
        var ring: [ActivityLogBlock]
        var requests: [Request] = []
        var underWay: ActivityLogTransaction?
        var begun = 0
        var stored = 0
        var hadToWait = 0

        init(seed: UInt64, slots: Int, ring geometry: ActivityLogRing, firstNumber: UInt32) {
            log = ActivityLog(slotCount: slots, ring: geometry, firstNumber: firstNumber)
            random = SeededGenerator(seed: seed)
            ring = Array(repeating: .initialised, count: Int(geometry.blocks))
        }

        /// Does something; true when that may have touched the ring.
        mutating func step() -> Bool {
            switch Int.random(in: 0..<11, using: &random) {
            case 0..<4: begin()
            case 4..<7: end()
            case 7..<9:
                take()
                return true
            default:
                store()
                return true
            }
            return false
        }

        mutating func begin() {
            let extent = UInt64.random(in: 0..<UInt64(3 * log.slotCount), using: &random)
            let range = ByteRange(
                offset: extent << 22 + 512, length: UInt64.random(in: 1...(5 << 22), using: &random))
            switch log.begin(range) {
            case .hot: requests.append(Request(range: range, waitsFor: nil))
            case .afterTransaction(let number): requests.append(Request(range: range, waitsFor: number))
            case .mustWait: hadToWait += 1
            }
        }

        mutating func end() {
            guard let index = requests.indices.randomElement(using: &random) else { return }
            _ = log.end(requests.remove(at: index).range)
        }

        mutating func take() {
            guard underWay == nil else { return }
            underWay = log.takeTransaction()?.transaction
        }

        mutating func store() {
            guard let transaction = underWay else { return }
            ring[Int(log.ring.block(ofTransaction: transaction.number))] = .transaction(transaction)
            underWay = nil
            stored += 1
            let number = log.transactionStored()
            for index in requests.indices where requests[index].waitsFor == number {
                requests[index].waitsFor = nil
                begun += 1
            }
        }

        /// The extents of requests that may have reached the disk.
        var needed: [UInt32] {
            requests.filter { $0.waitsFor == nil }.flatMap { Array(ActivityLog.extents(of: $0.range)) }
        }

        /// The rings a power cut may leave.
        var rings: [[ActivityLogBlock]] {
            guard let transaction = underWay else { return [ring] }
            var torn = ring
            torn[Int(log.ring.block(ofTransaction: transaction.number))] = .corrupt
            var written = ring
            written[Int(log.ring.block(ofTransaction: transaction.number))] = .transaction(transaction)
            return [ring, torn, written]
        }
    }

    @Test(arguments: 1...6 as ClosedRange<UInt64>)
    func noRequestThatHadBegunIsForgotten(seed: UInt64) throws {
        let striped = try #require(ActivityLogRing(stripes: 3, blocksPerStripe: 3))
        var world = World(
            seed: seed, slots: seed % 2 == 0 ? 67 : 1237, ring: seed % 3 == 0 ? striped : .standard,
            firstNumber: seed % 3 == 0 ? 0 : .max - 15)
        var recovered: [Set<UInt32>] = []
        for _ in 0..<500 {
            if world.step() || recovered.isEmpty {
                recovered = try world.rings.map { Set(try ActivityLogRecovery.activeExtents(in: $0)) }
                let active = world.log.activeExtents
                #expect(recovered.allSatisfy { $0.isSubset(of: active) })
            }
            let needed = world.needed
            #expect(recovered.allSatisfy { $0.isSuperset(of: needed) })
        }
        #expect(world.begun > 20 && world.stored > 24)
        #expect(seed % 2 == 1 || world.hadToWait > 0)
    }

    /// The rule that is tested above can fail: a log that let requests begin at once would be found out.
    @Test func theCheckFindsARequestThatBeganTooEarly() throws {
        var world = World(seed: 1, slots: 67, ring: .standard, firstNumber: 0)
        _ = world.log.begin(ByteRange(offset: 0, length: 512))
        world.requests.append(Request(range: ByteRange(offset: 0, length: 512), waitsFor: nil))
        let recovered = try ActivityLogRecovery.activeExtents(in: world.ring)
        #expect(!Set(recovered).isSuperset(of: world.needed))
    }
}
