import ClusterModel
import Replication
import Testing
import WireFormat

/// Numbers no peer may send (drbd-8.4 errors).
struct PacketLimitTests {
    private func request(sector: UInt64, size: UInt32) throws -> PeerPacket {
        var body = ByteWriter()
        body.write(sector)
        body.write(UInt64.max)
        body.write(size)
        body.write(UInt32(0))
        let header = PacketHeader(command: .resyncDataRequest, length: 24)
        return try PeerPacket(header: header, body: body.bytes[...], agreed: [])
    }

    @Test(arguments: [0, 1, 511, 513, (1 << 20) + 512, .max] as [UInt32])
    func sizesThatAreNoWholeSectorsOrTooLargeAreRefused(size: UInt32) {
        #expect(throws: WireError.badLength("blocks at sector 8", UInt64(size))) { try request(sector: 8, size: size) }
    }

    @Test(arguments: [(1 << 51) - 7, 1 << 51, .max] as [UInt64])
    func sectorsBeyondAnyDeviceAreRefused(sector: UInt64) {
        #expect(throws: WireError.badValue("sector", sector)) { try request(sector: sector, size: 4096) }
    }

    @Test func theLastBlocksOfTheLargestDeviceAreNamed() throws {
        #expect(try request(sector: (1 << 51) - 8, size: 4096).range?.end == 1 << 60)
    }

    @Test func largeDiscardsNeedWriteSame() throws {
        let trim = TrimPacket(range: ByteRange(offset: 0, length: 128 << 20), blockID: .syncer)
        let bytes = PeerPacket.trim(trim).encoded()
        #expect(try decode(bytes, on: .data, as: .h100, agreed: [.trim, .writeSame]).packet == .trim(trim))
        #expect(throws: WireError.badLength("blocks at sector 0", 128 << 20)) {
            _ = try decode(bytes, on: .data, as: .h100, agreed: .trim)
        }
    }

    @Test func dataOfHalfASectorIsRefused() {
        let header = PacketHeader(command: .data, length: 24 + 768)
        #expect(throws: WireError.badLength("blocks at sector 0", 768)) {
            try PeerPacket(header: header, body: [UInt8](repeating: 0, count: 24)[...], agreed: [])
        }
    }

    @Test func stateWordsWithNumbersOfNoStateAreRefused() {
        for raw in [0x3, 0xc, 24 << 4, 9 << 9, 15 << 13] as [UInt32] {
            #expect(StateWord(rawValue: raw) == nil, "0x\(String(raw, radix: 16))")
        }
    }

    @Test func unusedBitsOfAStateWordAreIgnored() throws {
        let word = try #require(StateWord(rawValue: 0xff80_d082))
        #expect(word.rawValue == 0xd082)
        #expect(word.description == "WFConnection Secondary/Unknown UpToDate/DUnknown")
    }

    @Test func masksThatCutAFieldAreRefused() {
        let header = PacketHeader(command: .stateChangeRequest, length: 8)
        for mask in ["00000001", "00000010", "00000200", "80000000"] {
            #expect(throws: WireError.self) {
                try PeerPacket(header: header, body: hex(mask + "00000000")[...], agreed: [])
            }
        }
    }

    @Test func everyVerdictKeepsItsMeaning() {
        for result in StateChangeResult.allCases {
            #expect(StateChangeResult(wireValue: result.rawValue) == result)
        }
        #expect(StateChangeResult(wireValue: 9).isConsent)
        #expect(StateChangeResult(wireValue: -22) == .unknownError)
        #expect(!StateChangeResult.unknownError.isConsent)
    }

    @Test func versionsAgreeOnTheHighestCommonOne() throws {
        let own = ConnectionFeatures(protocolMinimum: 101, protocolMaximum: 101, features: [.trim, .writeSame])
        let driver = ConnectionFeatures(protocolMinimum: 86, protocolMaximum: 101, features: .init(rawValue: 15))
        let agreed = try #require(own.agreed(with: driver))
        #expect(agreed.version == 101)
        #expect(agreed.features == [.trim, .writeSame])
        let old = ConnectionFeatures(protocolMinimum: 86, protocolMaximum: 100, features: [])
        #expect(own.agreed(with: old) == nil)
        let new = ConnectionFeatures(protocolMinimum: 118, protocolMaximum: 124, features: [])
        #expect(own.agreed(with: new) == nil)
    }
}
