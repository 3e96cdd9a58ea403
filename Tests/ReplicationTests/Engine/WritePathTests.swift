import ClusterModel
import Testing

@testable import Replication

/// Writes of a primary: order, activity log, epochs, zeroing, and what is refused.
@Suite struct WritePathTests {
    @Test(arguments: 1...30) func overlappingWritesEndInTheOrderOfTheirRequests(seed: Int) throws {
        let pair = try EnginePair.serving(seed: UInt64(seed))
        for index in 1...40 as ClosedRange<UInt64> {
            let start = pair.random.next() % 6
            pair.write(0, start, (0...(index % 4)).map { index * 10 + $0 })
            if index % 5 == 0 { for _ in 0..<3 { pair.step() } }
        }
        var expected: [UInt64: UInt64] = [:]
        pair.write(0, 0, [9001, 9002, 9003])
        for (offset, token) in [9001, 9002, 9003].enumerated() { expected[UInt64(offset)] = UInt64(token) }
        pair.run(for: .seconds(1))
        for (block, token) in expected { #expect(pair.nodes[0].disk[block] == token) }
        pair.expectInSync()
    }

    @Test func whatDoesNotFitIsRefused() throws {
        let pair = try EnginePair.serving()
        let size = pair.nodes[0].deviceBytes
        let ranges = [
            ByteRange(offset: size, length: 4096), ByteRange(offset: size - 4096, length: 8192),
            ByteRange(offset: 0, length: 0), ByteRange(offset: 100, length: 512), ByteRange(offset: 0, length: 100),
            ByteRange(offset: .max - 511, length: 512), ByteRange(offset: 0, length: 2 << 20),
        ]
        for range in ranges {
            let read = pair.request(0, .read(range))
            let write = pair.request(0, .write(range, fua: false), tokens: [])
            #expect(pair.nodes[0].results[read] == .failed(errno: 22), "\(range)")
            #expect(pair.nodes[0].results[write] == .failed(errno: 22), "\(range)")
        }
        let trim = pair.request(0, .trim(ByteRange(offset: 0, length: size)))
        pair.run()
        pair.expectSuccess(0, trim)
    }

    @Test func aForcedWriteSurvivesAPowerFailureOfBoth() throws {
        let pair = try EnginePair.serving()
        let id = pair.write(0, 5, [11], fua: true)
        pair.run()
        pair.expectSuccess(0, id)
        let zeroes = pair.request(0, .writeZeroes(EnginePair.range(7), mayUnmap: true, fua: true))
        pair.nodes[0].disk.write(EnginePair.range(7), [7])
        pair.nodes[1].disk.write(EnginePair.range(7), [7])
        pair.run()
        pair.expectSuccess(0, zeroes)
        pair.crash(0)
        pair.crash(1)
        for node in 0...1 {
            #expect(pair.nodes[node].disk[5] == 11)
            #expect(pair.nodes[node].disk[7] == 0)
        }
    }

    @Test(arguments: [Features([.trim, .writeSame, .writeZeroes]), [.trim, .writeSame]])
    func trimsAndZeroesReadAsZeroesOnBoth(features: Features) throws {
        let pair = try EnginePair()
        pair.features = features
        try pair.start(0)
        try pair.start(1)
        try pair.obey(0, .declareUpToDate)
        try pair.obey(0, .promote(.ordinary))
        pair.write(0, 5, [11, 12, 13, 14])
        pair.run()
        let trim = pair.request(0, .trim(EnginePair.range(5)))
        let zeroes = pair.request(0, .writeZeroes(EnginePair.range(6), mayUnmap: false, fua: false))
        pair.run(for: .seconds(1))
        pair.expectSuccess(0, trim)
        pair.expectSuccess(0, zeroes)
        #expect(pair.read(0, 5, 4) == [0, 0, 13, 14])
        pair.expectInSync()
    }

    @Test(arguments: [WireProtocol.a, .b]) func theWeakerProtocolsConvergeToo(wireProtocol: WireProtocol) throws {
        let pair = try EnginePair.serving(settings: VolumeSettings(wireProtocol: wireProtocol))
        let ids = (0..<50 as Range<UInt64>).map { pair.write(0, $0 % 9, [100 + $0]) }
        pair.run(for: .seconds(1))
        for id in ids { pair.expectSuccess(0, id) }
        pair.expectInSync()
        pair.cutLink()
        pair.run()
        try pair.obey(1, .outdate)
        try pair.obey(0, .resumePeerOutdated)
        pair.write(0, 3, [1])
        pair.healLink()
        pair.run(for: .seconds(2))
        pair.expectInSync()
    }

    @Test func idleEpochsAreClosedAfterAWhile() throws {
        let pair = try EnginePair.serving()
        pair.write(0, 5, [11])
        pair.run()
        #expect(pair.nodes[0].engine?.counters.epochs == 1)
        pair.run(for: .seconds(1))
        #expect(pair.nodes[0].engine?.counters.epochs == 0)
        #expect(pair.nodes[0].engine?.requests.writes.isEmpty == true)
    }

    // MARK: Activity log

    /// More extents than slots, so that the log must let go of some.
    private func wide() throws -> EnginePair {
        let settings = VolumeSettings(activityLogSlots: 67)
        return try EnginePair.serving(settings: settings, deviceBytes: 400 << 20)
    }

    private func block(inExtent extent: UInt64) -> UInt64 { extent * 1024 + extent % 7 }

    @Test func moreHotExtentsThanSlotsMakeWritesWaitButNotForEver() throws {
        let pair = try wide()
        let ids = (0..<97 as Range<UInt64>).map { pair.write(0, block(inExtent: $0), [$0 + 1]) }
        pair.run()
        for id in ids { pair.expectSuccess(0, id) }
        pair.run(for: .seconds(1))
        pair.expectInSync()
    }

    @Test func bitsAreOnDiskBeforeTheirExtentLeavesTheLog() throws {
        let pair = try wide()
        pair.cutLink()
        pair.run()
        try pair.obey(0, .resumePeerDead)
        let ids = (0..<97 as Range<UInt64>).map { pair.write(0, block(inExtent: $0), [$0 + 1]) }
        pair.run()
        for id in ids { pair.expectSuccess(0, id) }
        // Whatever is neither in the log nor marked on disk would be forgotten now.
        pair.crash(0)
        let recovered = try pair.nodes[0].metadata.recover()
        let bitmap = DirtyBitmap(deviceBytes: recovered.superblock.agreedBytes, stored: recovered.bitmapWords)
        for extent in 0..<97 as Range<UInt64> { #expect(bitmap[block(inExtent: extent)], "extent \(extent)") }
    }

    @Test(arguments: 1...10) func aCrashedPrimaryIsComparedByItsLog(seed: Int) throws {
        let settings = VolumeSettings(activityLogSlots: 67)
        let pair = try EnginePair.serving(seed: UInt64(seed), settings: settings, deviceBytes: 400 << 20)
        for extent in 0..<97 as Range<UInt64> { pair.write(0, block(inExtent: extent), [extent + 1]) }
        for _ in 0..<seed * 60 { pair.step() }
        pair.crash(0)
        pair.run()
        try pair.start(0)
        pair.run(for: .seconds(3))
        pair.expectInSync()
    }

    @Test func steadyWritingToTheSamePlacesCostsNoLogWrites() throws {
        let pair = try EnginePair.serving()
        pair.write(0, 5, [1])
        pair.run(for: .seconds(1))
        let before = pair.nodes[0].engine?.counters.activityLogWrites
        for round in 0..<50 as Range<UInt64> {
            pair.write(0, round, [round + 2])
            pair.run()
        }
        #expect(pair.nodes[0].engine?.counters.activityLogWrites == before)
    }
}
