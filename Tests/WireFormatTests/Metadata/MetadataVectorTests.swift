import ClusterModel
import Foundation
import Replication
import Testing

@testable import WireFormat

/// Our metadata against what the real drbdmeta made.
@Suite struct MetadataVectorTests {
    struct Geometry: Decodable {
        let deviceBytes: UInt64
        let index: String
        let alStripes: UInt32
        let alStripeSize4K: UInt32
        let mdOffset: UInt64
        let alOffset: UInt64
        let bmOffset: UInt64
        let mdSizeSect: UInt32
        let usableSectors: UInt64
    }

    @Test func everyGeometryIsWhatDrbdmetaComputes() throws {
        let geometries: [Geometry] = try VectorFile.decode("geometry.json")
        #expect(geometries.count == 29)
        for geometry in geometries {
            let layout = try Self.layout(geometry)
            #expect(layout.superblockOffset == geometry.mdOffset, "\(geometry)")
            #expect(layout.activityLog.offset == geometry.alOffset, "\(geometry)")
            #expect(layout.bitmap.offset == geometry.bmOffset, "\(geometry)")
            #expect(layout.areaSectors == geometry.mdSizeSect, "\(geometry)")
            #expect(layout.usableBytes == geometry.usableSectors * 512, "\(geometry)")
        }
    }

    static func layout(_ geometry: Geometry) throws -> MetadataLayout {
        let ring = try #require(
            ActivityLogRing(stripes: geometry.alStripes, blocksPerStripe: geometry.alStripeSize4K))
        let kind = try #require(MetadataKind(index: geometry.index))
        return try MetadataLayout(kind: kind, deviceBytes: geometry.deviceBytes, ring: ring)
    }

    struct Image: Decodable {
        let name: String
        let deviceBytes: UInt64
        let index: String
        let areaStartsAt: UInt64
        let areaBytes: UInt64
        let superblockAt: UInt64
        let alAt: UInt64
        let bitmapAt: UInt64
    }

    @Test func createdMetadataEqualTheImagesByteForByte() throws {
        let images: [Image] = try VectorFile.decode("images/index.json")
        #expect(images.count == 9)
        for image in images {
            let stripes: UInt32 = image.name.contains("stripes2x32") ? 2 : 1
            let layout = try MetadataLayout(
                kind: #require(MetadataKind(index: image.index)), deviceBytes: image.deviceBytes,
                ring: #require(ActivityLogRing(stripes: stripes, blocksPerStripe: 8)))
            #expect(layout.area == ByteRange(offset: image.areaStartsAt, length: image.areaBytes), "\(image.name)")
            let created = AreaImage(
                creating: layout, peerMaxRequestBytes: image.name.contains("peerbio") ? 1 << 20 : 0)
            #expect(try created.bytes == VectorFile.bytes("images/\(image.name).bin"), "\(image.name)")
        }
    }

    struct GenerationInfo: Decodable {
        let set: String?
        let get: String
        let dstate: String
        let first104BytesOfSuperblock: String?
    }

    @Test func generationsFlagsAndDiskStateAreWhatDrbdmetaShows() throws {
        let cases = try VectorFile.decode("generation-info.json", as: [GenerationInfo].self)
            .compactMap { info in info.first104BytesOfSuperblock.map { (info, $0) } }
        #expect(cases.count == 10)
        for (info, digits) in cases {
            let bytes = try Self.bytes(hexadecimal: digits) + [UInt8](repeating: 0, count: 4096 - 104)
            let superblock = try Superblock(decoding: bytes)
            #expect(superblock.generationInfo == info.get)
            #expect("\(superblock.flags.recordedDiskState)" == info.dstate)
            #expect(superblock.encoded() == bytes)
            #expect(superblock.isClean)
        }
    }

    static func bytes(hexadecimal digits: String) throws -> [UInt8] {
        let digits = Array(digits)
        return try stride(from: 0, to: digits.count, by: 2).map { index in
            try #require(UInt8(String(digits[index...(index + 1)]), radix: 16))
        }
    }

    struct Restored: Decodable {
        let bitsOnDisk: UInt64
        let bitsSet: [UInt64]
        let deviceBytes: UInt64
        let laSizeSect: UInt64
    }

    @Test func bitsLieOnDiskWhereDrbdmetaPutsThem() throws {
        let restored: Restored = try VectorFile.decode("bitmap/restored-200MiB.json")
        let bytes = try VectorFile.bytes("bitmap/restored-200MiB.bin")
        let layout = try MetadataLayout(kind: .internal, deviceBytes: restored.deviceBytes)
        let image = AreaImage(layout: layout, bytes: bytes)
        let superblock = try Superblock(decoding: image.superblockBytes)
        #expect(superblock.agreedSectors == restored.laSizeSect)
        #expect(superblock.deviceUUID == 0x0123_4567_89ab_cdef)

        let stored = image.bitmapWords(sectors: superblock.agreedSectors)
        let read = DirtyBitmap(deviceBytes: superblock.agreedBytes, stored: stored)
        #expect(read.blockCount == restored.bitsOnDisk)
        #expect(read.setCount == UInt64(restored.bitsSet.count))
        #expect((0..<read.blockCount).filter { read[$0] } == restored.bitsSet)

        var own = DirtyBitmap(deviceBytes: superblock.agreedBytes)
        for bit in restored.bitsSet { own.set(ByteRange(offset: bit * 4096, length: 1)) }
        #expect(BitmapCodec.bytes(of: own.words) == image.read(layout.bitmap))
        #expect(own.changedPages == [0, 1])
    }

    struct LogCase: Decodable, CustomTestStringConvertible {
        let name: String
        let deviceBytes: UInt64
        let alStripes: UInt32
        let alStripeSize4K: UInt32
        let extentsMarked: [UInt32]
        let flagsAfter: UInt32
        let flagsBefore: UInt32
        let magicAfter: String
        let magicBefore: String
        let said: [String]

        var testDescription: String { name }
    }

    @Test func applyingTheActivityLogGivesWhatDrbdmetaGave() throws {
        let cases: [LogCase] = try VectorFile.decode("al/cases.json")
        #expect(cases.count == 13)
        for log in cases {
            var image = AreaImage(
                layout: try MetadataLayout(
                    kind: .internal, deviceBytes: log.deviceBytes,
                    ring: #require(ActivityLogRing(stripes: log.alStripes, blocksPerStripe: log.alStripeSize4K))),
                bytes: try VectorFile.bytes("al/\(log.name).before.bin"))
            let found = try Superblock(decoding: image.superblockBytes)
            #expect(found.flags.rawValue == log.flagsBefore, "\(log.name)")
            #expect((found.use == .closed ? "8374026b" : "8374026c") == log.magicBefore, "\(log.name)")
            #expect(!found.isClean)

            let recovery = try image.recover()
            let left = try Superblock(decoding: image.superblockBytes)
            #expect(left.flags.rawValue == log.flagsAfter, "\(log.name)")
            #expect((left.use == .closed ? "8374026b" : "8374026c") == log.magicAfter, "\(log.name)")
            #expect(left.isClean)
            #expect(image.ring.allSatisfy { $0 == .initialised }, "\(log.name)")
            let words = image.bitmapWords(sectors: left.agreedSectors)
            let marked = (0..<(words.count / 16)).filter { extent in words[extent * 16] != 0 }
            #expect(marked.map { UInt32($0) } == log.extentsMarked, "\(log.name)")
            for extent in marked { #expect(words[(extent * 16)..<(extent * 16 + 16)].allSatisfy { $0 == .max }) }
            let beyond = recovery.extents.filter { !log.extentsMarked.contains($0) }
            #expect(log.said.filter { $0.contains("beyond") }.count == beyond.count, "\(log.name)")
        }
    }

    @Test(arguments: ["fresh-ring", "never-used", "striped-2x32k", "last-extent-of-bitmap"])
    func theWholeAreaAfterwardsIsTheSameByteForByte(name: String) throws {
        let log = try #require(try VectorFile.decode("al/cases.json", as: [LogCase].self).first { $0.name == name })
        var image = AreaImage(
            layout: try MetadataLayout(
                kind: .internal, deviceBytes: log.deviceBytes,
                ring: #require(ActivityLogRing(stripes: log.alStripes, blocksPerStripe: log.alStripeSize4K))),
            bytes: try VectorFile.bytes("al/\(name).before.bin"))
        _ = try image.recover()
        #expect(try image.bytes == VectorFile.bytes("al/\(name).after.bin"))
    }
}

extension Superblock {
    /// The line `drbdmeta get-gi` prints.
    var generationInfo: String {
        let order: [MetadataFlags] = [
            .consistent, .wasUpToDate, .primary, .connected, .fullSync, .peerOutdated, .crashedPrimary,
        ]
        return "\(generations):" + order.map { flags.contains($0) ? "1" : "0" }.joined(separator: ":")
    }
}
