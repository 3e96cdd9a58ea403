import ClusterModel
import Replication
import Testing

@Suite struct MetadataLayoutTests {
    static let sizes: [UInt64] = [
        68 << 10, 1 << 20, 64 << 20, (100 << 20) + 1536, (128 << 20) + 4096, 1 << 40, 1 << 50,
    ]

    @Test(arguments: sizes)
    func internalMetadataFillTheEndOfTheDeviceWithoutSlackOrOverlap(bytes: UInt64) throws {
        let layout = try MetadataLayout(kind: .internal, deviceBytes: bytes)
        #expect(layout.bitmap.offset == layout.area.offset && layout.bitmap.end == layout.activityLog.offset)
        #expect(layout.activityLog.end == layout.superblockOffset)
        #expect(layout.superblockOffset + 4096 == layout.area.end && layout.area.end == bytes / 4096 * 4096)
        #expect(layout.usableBytes == layout.area.offset)
        #expect(layout.bitmap.length * 8 * 4096 >= layout.usableBytes)
    }

    @Test(arguments: sizes.filter { $0 <= 1 << 40 })
    func externalMetadataTakeTheWholeDevice(bytes: UInt64) throws {
        let layout = try MetadataLayout(kind: .flexibleExternal, deviceBytes: bytes)
        #expect(layout.superblockOffset == 0 && layout.activityLog.offset == 4096)
        #expect(layout.bitmap.offset == layout.activityLog.end && layout.bitmap.end == bytes / 512 * 512)
        #expect(layout.relativeActivityLogOffset == 8)
    }

    @Test func whatCanBeReplicatedIsTheLesserOfDataAndBitmap() throws {
        let layout = try MetadataLayout(kind: .flexibleExternal, deviceBytes: 68 << 10)
        #expect(layout.usableBytes == (32 << 10) * 8 * 4096)
        #expect(layout.usableBytes(dataDeviceBytes: (1 << 20) + 700) == (1 << 20) + 512)
        #expect(layout.usableBytes(dataDeviceBytes: 1 << 40) == layout.usableBytes)
    }

    @Test func aDeviceDrbdmetaRefusesIsTooSmall() {
        for kind in [MetadataKind.internal, .flexibleExternal, .indexed(0)] {
            #expect(throws: MetadataLayoutError.deviceTooSmall(bytes: 67 << 10, minimum: 68 << 10)) {
                try MetadataLayout(kind: kind, deviceBytes: 67 << 10)
            }
        }
    }

    @Test func aLargeActivityLogNeedsALargeDevice() throws {
        let ring = try #require(ActivityLogRing(stripes: 16, blocksPerStripe: 8))
        let head: UInt64 = 4096 + (512 << 10)
        #expect(throws: MetadataLayoutError.deviceTooSmall(bytes: 500 << 10, minimum: head + 8192)) {
            try MetadataLayout(kind: .internal, deviceBytes: 500 << 10, ring: ring)
        }
        #expect(throws: MetadataLayoutError.deviceTooSmall(bytes: 500 << 10, minimum: head + 4096)) {
            try MetadataLayout(kind: .flexibleExternal, deviceBytes: 500 << 10, ring: ring)
        }
    }

    @Test func indexedMetadataHave128MiBEachAndTheStandardLog() throws {
        let layout = try MetadataLayout(kind: .indexed(1), deviceBytes: 256 << 20)
        #expect(layout.area == ByteRange(offset: 128 << 20, length: 128 << 20))
        #expect(throws: MetadataLayoutError.deviceTooSmall(bytes: (256 << 20) - 1, minimum: 256 << 20)) {
            try MetadataLayout(kind: .indexed(1), deviceBytes: (256 << 20) - 1)
        }
        let ring = try #require(ActivityLogRing(stripes: 2, blocksPerStripe: 8))
        #expect(throws: MetadataLayoutError.indexedNeedsStandardActivityLog) {
            try MetadataLayout(kind: .indexed(0), deviceBytes: 256 << 20, ring: ring)
        }
    }

    @Test func sizesTheFieldsCannotHoldAreRefused() {
        #expect(throws: MetadataLayoutError.deviceTooLarge(bytes: .max)) {
            try MetadataLayout(kind: .internal, deviceBytes: .max)
        }
        #expect(throws: MetadataLayoutError.deviceTooLarge(bytes: 512 << 32)) {
            try MetadataLayout(kind: .flexibleExternal, deviceBytes: 512 << 32)
        }
    }

    @Test(arguments: [(0, 0), (1, 7), (0, 8), (8, 0), (2049, 2048), (UInt32.max, UInt32.max)] as [(UInt32, UInt32)])
    func aRingTheFormatForbidsCannotBeMade(stripes: UInt32, blocks: UInt32) {
        #expect(ActivityLogRing(stripes: stripes, blocksPerStripe: blocks) == nil)
    }

    @Test func consecutiveTransactionsGoToConsecutiveStripes() throws {
        let ring = try #require(ActivityLogRing(stripes: 2, blocksPerStripe: 4))
        #expect((0..<9).map { ring.block(ofTransaction: $0) } == [0, 4, 1, 5, 2, 6, 3, 7, 0])
        #expect(ActivityLogRing.standard.block(ofTransaction: .max) == 7)
        #expect(ActivityLogRing.standard.allowedSlots == 67...6433)
    }
}
