import ClusterModel
import Testing
import WireFormat

struct ARPPacketTests {
    private let mac: MACAddress
    private let stranger: MACAddress
    private let address: IPv4Address

    init() throws {
        mac = try #require(MACAddress("52:54:00:12:34:56"))
        stranger = try #require(MACAddress("52:54:00:99:99:99"))
        address = try #require(IPv4Address("192.0.2.10"))
    }

    @Test func probesNameNoSender() throws {
        let frame = AddressFrames.probe(for: address, from: mac)
        #expect(
            frame
                == hex(
                    "ffffffffffff 525400123456 0806 0001 0800 06 04 0001"
                        + "525400123456 00000000 000000000000 c000020a"))
        #expect(AddressFrames.claim(to: address, in: frame[...]) == AddressClaim(kind: .wants, mac: mac))
    }

    @Test func announcementsAreARequestAndAReply() throws {
        let frames = AddressFrames.announcements(of: address, at: mac)
        #expect(
            frames == [
                hex("ffffffffffff 525400123456 0806 0001 0800 06 04 0001 525400123456 c000020a 000000000000 c000020a"),
                hex("ffffffffffff 525400123456 0806 0001 0800 06 04 0002 525400123456 c000020a 525400123456 c000020a"),
            ])
        for frame in frames {
            #expect(AddressFrames.claim(to: address, in: frame[...]) == AddressClaim(kind: .has, mac: mac))
        }
    }

    @Test func anAnswerToTheProbeIsAClaim() {
        let reply = ARPPacket(
            operation: .reply, senderMAC: stranger, senderAddress: address, targetMAC: mac, targetAddress: .unspecified)
        let padded = reply.broadcastFrame() + [UInt8](repeating: 0, count: 18)
        #expect(AddressFrames.claim(to: address, in: padded[...]) == AddressClaim(kind: .has, mac: stranger))
    }

    @Test func talkAboutOtherAddressesIsNoClaim() throws {
        let other = try #require(IPv4Address("192.0.2.11"))
        // Somebody looks for the address: that it is asked for says nothing about who has it.
        let question = ARPPacket(
            operation: .request, senderMAC: stranger, senderAddress: other, targetMAC: .zero, targetAddress: address)
        let probe = ARPPacket.probe(for: other, from: stranger)
        let answerToAProbe = ARPPacket(
            operation: .reply, senderMAC: stranger, senderAddress: .unspecified, targetMAC: mac, targetAddress: address)
        for packet in [question, probe, answerToAProbe] { #expect(packet.claim(to: address) == nil) }
    }

    @Test func framesReturn() throws {
        let packet = ARPPacket(
            operation: .reply, senderMAC: mac, senderAddress: address, targetMAC: stranger,
            targetAddress: IPv4Address(number: 5))
        #expect(try ARPPacket(frame: packet.broadcastFrame()[...]) == packet)
    }

    @Test func everyTruncatedLengthIsRefused() {
        let frame = AddressFrames.probe(for: address, from: mac)
        for length in 0..<frame.count {
            #expect(throws: WireError.self) { try ARPPacket(frame: frame.prefix(length)) }
            #expect(AddressFrames.claim(to: address, in: frame.prefix(length)) == nil)
        }
    }

    @Test func otherKindsOfFramesAreRefused() {
        let frame = AddressFrames.probe(for: address, from: mac)
        // Ethernet type, hardware, protocol, lengths, operation.
        for index in [12, 13, 14, 15, 16, 17, 18, 19, 20, 21] {
            var changed = frame
            changed[index] ^= 0x40
            #expect(throws: WireError.self, "byte \(index)") { try ARPPacket(frame: changed[...]) }
        }
    }

    @Test func randomFramesNeverTrap() {
        var generator = SeededGenerator(seed: 5)
        for _ in 0..<5000 {
            var frame = AddressFrames.probe(for: address, from: mac)
            for _ in 0..<4 {
                frame[.random(in: frame.indices, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
            }
            frame.removeLast(.random(in: 0...frame.count, using: &generator))
            if let claim = AddressFrames.claim(to: address, in: frame[...]) { #expect(frame.count >= 42, "\(claim)") }
        }
    }
}
