import ClusterModel
import Replication
import Testing

@Suite struct MetadataCheckerTests {
    private let bytes: UInt64 = 200 << 20

    private func problems(
        external: Bool = false, bytes: UInt64? = nil, dataBytes: UInt64? = nil, inUse: GenerationUUID? = nil,
        _ change: (inout Superblock) -> Void = { _ in }
    ) throws -> [MetadataProblem] {
        let kind: MetadataKind = external ? .flexibleExternal : .internal
        let metadataBytes = bytes ?? self.bytes
        let layout = try MetadataLayout(kind: kind, deviceBytes: metadataBytes)
        var superblock = Superblock(creating: layout)
        superblock.agreedSectors = 2048
        superblock.flags.insert(.consistent)
        change(&superblock)
        return MetadataChecker.problems(
            superblock, layout: layout, metadataDeviceBytes: metadataBytes, dataDeviceBytes: dataBytes ?? metadataBytes,
            generationInUse: inUse)
    }

    @Test func freshMetadataMayBeAttached() throws {
        #expect(try problems().isEmpty)
        #expect(try problems(external: true).isEmpty)
        #expect(try problems { $0.agreedSectors = 0 }.isEmpty)
    }

    @Test func metadataThatWereNotClosedAreUnclean() throws {
        #expect(try problems { $0.use = .inUse } == [.unclean])
        #expect(try problems { $0.flags.remove(.activityLogClean) } == [.unclean])
        #expect(MetadataProblem.unclean.kernelError == 165)
    }

    @Test func aDeviceBelowAMebibyteIsTooSmall() throws {
        #expect(
            try problems(bytes: (1 << 20) - 4096) { $0.agreedSectors = 8 } == [.deviceTooSmall(bytes: (1 << 20) - 4096)]
        )
    }

    @Test func offsetsOfAnotherSizeAreNoticed() throws {
        #expect(try problems { $0.areaSectors += 8 } == [.layoutDiffers])
        #expect(try problems { $0.activityLogOffset -= 8 }.contains(.layoutDiffers))
        #expect(try problems { $0.bitmapOffset = 8 }.contains(.layoutDiffers))
    }

    @Test func aBitmapThatDoesNotCoverTheAgreedSizeIsDamage() throws {
        let sectors: UInt64 = 1 << 40
        let found = try problems { $0.agreedSectors = sectors }
        #expect(found.contains(.bitmapTooSmall(agreedSectors: sectors)))
        #expect(found.contains { $0.kernelError == 170 })
    }

    @Test func onlyAConsistentCopyMustNotHaveBecomeSmaller() throws {
        let shrunk = MetadataProblem.deviceShrunk(sectors: 1024, agreedSectors: 2048)
        #expect(try problems(external: true, dataBytes: 512 << 10) == [shrunk])
        #expect(try problems(external: true, dataBytes: 512 << 10) { $0.flags.remove(.consistent) }.isEmpty)
        #expect(try problems(external: true, dataBytes: 1 << 20).isEmpty)
    }

    @Test(arguments: [(66, false), (67, true), (6433, true), (6434, false), (.max, false)] as [(UInt32, Bool)])
    func theLogHasNoMoreSlotsThanTheRingCanDescribe(slots: UInt32, allowed: Bool) throws {
        #expect(try problems { $0.activityLogSlots = slots } == (allowed ? [] : [.activityLogSlots(slots)]))
    }

    @Test func aPrimaryWithoutADiskTakesOnlyTheCopyItWorksOn() throws {
        let current = GenerationUUID(rawValue: 0x100)
        #expect(try problems(inUse: GenerationUUID(rawValue: 0x101)) { $0.generations.current = current }.isEmpty)
        let other = GenerationUUID(rawValue: 0x200)
        let found = try problems(inUse: other) { $0.generations.current = current }
        #expect(found == [.otherGeneration(found: current, inUse: other)])
        #expect(found.map(\.kernelError) == [150])
    }
}
