import ClusterModel
import Replication
import Testing
import WireFormat

struct PacketRoundTripTests {
    @Test func samplesCoverEveryCommand() {
        let covered = Set(PacketSamples.all.map(\.command))
        for command in PacketCommand.allCases {
            #expect(covered.contains(command), "no sample of \(command)")
        }
    }

    @Test(arguments: PacketSamples.all)
    func whatIsSentIsUnderstood(packet: PeerPacket) throws {
        let bytes = packet.encoded(volume: 5)
        let found = try decode(bytes, on: packet.socket, as: packet.command.headerFormat)
        #expect(found.packet == packet)
        #expect(found.header.length == bytes.count - packet.command.headerFormat.size + packet.payloadBytes)
        #expect(found.header.volume == (packet.command.isConnectionWide ? 0 : 5))
        #expect(packet.command.carriesBlockData == (packet.payloadBytes > 0))
    }

    @Test(arguments: PacketSamples.all)
    func everyTruncatedLengthIsRefused(packet: PeerPacket) throws {
        let bytes = packet.encoded()
        let format = packet.command.headerFormat
        for length in 0..<bytes.count {
            #expect(throws: WireError.self, "\(packet.command) cut to \(length)") {
                _ = try decode(Array(bytes.prefix(length)), on: packet.socket, as: format)
            }
        }
    }

    @Test(arguments: PacketSamples.all)
    func theOtherSocketIsRefused(packet: PeerPacket) {
        let other: PeerSocket = packet.socket == .data ? .meta : .data
        #expect(throws: WireError.unexpected("\(packet.command) on the \(other) socket", packet.command.number)) {
            _ = try decode(packet.encoded(), on: other, as: packet.command.headerFormat)
        }
    }

    @Test func randomBytesBehindAnyHeaderNeverTrap() {
        var generator = SeededGenerator(seed: 41)
        for command in PacketCommand.allCases {
            for _ in 0..<300 {
                let lengths = command.allowedLengths(agreed: PacketSamples.allFeatures)
                let header = PacketHeader(command: command, length: .random(in: lengths, using: &generator))
                let body = (0..<header.fixedBytes).map { _ in UInt8.random(in: 0...255, using: &generator) }
                if let packet = try? PeerPacket(header: header, body: body[...], agreed: PacketSamples.allFeatures) {
                    // What was understood can be said again, and means the same.
                    let again = try? decode(packet.encoded(), on: packet.socket, as: command.headerFormat)
                    #expect(again?.packet == packet)
                }
            }
        }
    }

    @Test func flippedBitsNeverTrap() {
        var generator = SeededGenerator(seed: 42)
        for packet in PacketSamples.all {
            for _ in 0..<200 {
                var bytes = packet.encoded()
                bytes[.random(in: bytes.indices, using: &generator)] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
                if let found = try? decode(bytes, on: packet.socket, as: packet.command.headerFormat) {
                    #expect(found.packet.payloadBytes <= PacketLimits.requestBytes)
                }
            }
        }
    }
}

extension PacketCommand {
    fileprivate var number: UInt64 { UInt64(rawValue) }
}
