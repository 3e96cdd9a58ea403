import ClusterModel
import Replication
import Testing
import WireFormat

struct PacketHeaderTests {
    @Test(arguments: PacketHeader.Format.allCases)
    func headersOfAllLayoutsReturn(format: PacketHeader.Format) throws {
        let header = PacketHeader(command: .sizes, length: 32)
        let bytes = header.encoded(as: format)
        #expect(bytes.count == format.size)
        #expect(try PacketHeader(bytes[...], as: format, on: .data) == header)
    }

    @Test func layoutOf95IsMagicCommandLength() throws {
        let header = PacketHeader(command: .bitmap, length: 4080)
        #expect(header.encoded(as: .h95) == hex("835a 0004 00000ff0"))
    }

    @Test func wrongMagicIsRefused() {
        #expect(throws: WireError.badMagic("packet header", 0x8620_ec21)) {
            try PacketHeader(hex("8620ec21 0000 0013 00000000 00000000")[...], as: .h100, on: .meta)
        }
    }

    @Test func padThatIsNotZeroIsRefused() {
        #expect(throws: WireError.badMagic("packet header", 1)) {
            try PacketHeader(hex("8620ec20 0000 0013 00000000 00000001")[...], as: .h100, on: .meta)
        }
    }

    @Test(arguments: [0x05, 0x06, 0x0a, 0x27, 0x34, 0x35, 0x40, 0xffff] as [UInt16])
    func unknownCommandIsNamed(number: UInt16) {
        let bytes = hex("8620ec20 0000") + [UInt8(number >> 8), UInt8(number & 255)] + hex("00000000 00000000")
        #expect(throws: WireError.badValue("packet header, command", UInt64(number))) {
            try PacketHeader(bytes[...], as: .h100, on: .data)
        }
    }

    @Test(arguments: PacketCommand.allCases)
    func lengthsJustOutsideAreRefused(command: PacketCommand) {
        let allowed = command.allowedLengths(agreed: [])
        for length in [allowed.lowerBound - 1, allowed.upperBound + 1] where length >= 0 {
            let bytes = PacketHeader(command: command, length: length).encoded(as: .h100)
            #expect(throws: WireError.badLength("packet \(command)", UInt64(length))) {
                try PacketHeader(bytes[...], as: .h100, on: command.socket)
            }
        }
    }

    @Test func sizesAreLongerWhereWriteSameWasAgreed() {
        #expect(PacketCommand.sizes.allowedLengths(agreed: []) == 32...32)
        #expect(PacketCommand.sizes.allowedLengths(agreed: .writeSame) == 56...56)
    }

    @Test(arguments: PacketHeader.Format.allCases)
    func everyTruncatedLengthIsRefused(format: PacketHeader.Format) {
        let bytes = PacketHeader(command: .uuids, length: 48).encoded(as: format)
        for length in 0..<bytes.count {
            #expect(throws: WireError.self) { try PacketHeader(bytes.prefix(length), as: format, on: .data) }
        }
        #expect(throws: WireError.surplus(1)) { try PacketHeader((bytes + [0])[...], as: format, on: .data) }
    }

    @Test(arguments: PacketHeader.Format.allCases)
    func randomHeadersNeverAskForMoreThanAPacketMayHold(format: PacketHeader.Format) {
        var generator = SeededGenerator(seed: 17)
        var understood = 0
        for _ in 0..<20_000 {
            var bytes = PacketHeader(command: .data, length: 4096 + 24).encoded(as: format)
            for _ in 0..<2 {
                bytes[.random(in: bytes.indices, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
            }
            guard let header = try? PacketHeader(bytes[...], as: format, on: .data) else { continue }
            understood += 1
            #expect(header.fixedBytes <= 4096 && header.length <= PacketLimits.requestBytes + 24)
        }
        #expect(understood > 100)
    }
}
