import ClusterModel
import Testing

@testable import Netlink

@Suite struct NetlinkMessageTests {
    /// Two messages of different kinds, as the kernel pads them.
    static let datagram: [UInt8] = [
        24, 0, 0, 0, 0x10, 0, 2, 0, 5, 0, 0, 0, 6, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8,
        20, 0, 0, 0, 2, 0, 0, 0, 5, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 0,
    ]

    @Test func aDatagramIsSplitIntoItsMessages() {
        let messages = NetlinkMessage.split(Self.datagram)
        #expect(messages.count == 2)
        #expect(messages[0].type == 0x10)
        #expect(messages[0].sequence == 5)
        #expect(messages[0].payload == [1, 2, 3, 4, 5, 6, 7, 8])
        #expect(messages[0].verdict == nil)
        #expect(messages[1].verdict == .acknowledged)
    }

    @Test(arguments: 0..<datagram.count) func aTruncatedDatagramYieldsOnlyWholeMessages(length: Int) {
        let messages = NetlinkMessage.split([UInt8](Self.datagram.prefix(length)))
        #expect(messages.count == (length < 24 ? 0 : 1))
    }

    @Test func aRefusalCarriesTheKernelsOwnWords() throws {
        let text: [UInt8] = [UInt8]("no such thing".utf8) + [0]
        let echoed: [UInt8] = [16, 0, 0, 0, 0x14, 0, 5, 0, 5, 0, 0, 0, 0, 0, 0, 0]
        let attribute: [UInt8] = [UInt8(text.count + 4), 0, 1, 0] + text + [0, 0]
        let payload = [0xed, 0xff, 0xff, 0xff] + echoed + attribute
        let length = UInt8(16 + payload.count)
        let capped = [length, 0, 0, 0, 2, 0, 0, 3, 5, 0, 0, 0, 6, 0, 0, 0] + payload
        let message = try #require(NetlinkMessage.split(capped).first)
        #expect(message.verdict == .refused(errno: 19, message: "no such thing"))
        for cut in 20..<Int(length) {
            var short = capped
            short[0] = UInt8(cut)
            let message = try #require(NetlinkMessage.split([UInt8](short.prefix(cut))).first)
            guard case .refused(errno: 19, _)? = message.verdict else {
                Issue.record("cut at \(cut): \(String(describing: message.verdict))")
                continue
            }
        }
    }

    @Test func noiseNeverLeavesItsBytes() {
        var random = SeededGenerator(seed: 20)
        for _ in 0..<3000 {
            var bytes = Self.datagram
            for _ in 0..<4 {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            bytes.removeLast(Int.random(in: 0..<bytes.count, using: &random))
            for message in NetlinkMessage.split(bytes) {
                _ = message.verdict
                _ = LinkStatus(message)
                _ = AddressStatus(message)
                let attributes = message.attributes(after: 4)
                #expect(attributes.payloads.allSatisfy { $0.count <= bytes.count })
            }
        }
    }

    @Test func attributesWithALyingLengthEndTheList() {
        let good: [UInt8] = [8, 0, 1, 0, 7, 0, 0, 0]
        #expect(NetlinkAttributes((good + [200, 0, 2, 0, 1])[...]).count == 1)
        #expect(NetlinkAttributes((good + [3, 0, 2, 0])[...]).count == 1)
        #expect(NetlinkAttributes((good + [4, 0, 2, 0])[...]).count == 2)
        #expect(NetlinkAttributes(good[...]).uint32(1) == 7)
        #expect(NetlinkAttributes([6, 0, 1, 0, 7, 0][...]).uint32(1) == nil)
    }
}
