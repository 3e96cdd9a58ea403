import Authentication
import ClusterModel
import Testing
import WireFormat

/// The limits of codec, seal and serial frame are one limit.
struct FrameSizeTests {
    /// A beat that has exactly `size` bytes.
    private func beat(of size: Int) throws -> Heartbeat {
        var beat = Heartbeat(
            cluster: "demo", sender: "serv-a", boot: .max, incarnation: .max, sequence: .max, configuration: .max,
            phase: .active, epoch: Epoch(.max))
        var missing = size - (try HeartbeatCodec.encode(beat).count)
        while missing > 0 {
            let length = missing >= 40 ? 30 : missing - 1
            beat.hears.append(LinkName(unchecked: String(repeating: "l", count: length)))
            missing -= 1 + length
        }
        return beat
    }

    @Test func theFullestBeatUnderItsSealFillsASerialFrame() {
        #expect(HeartbeatCodec.maximumSize + HeartbeatSeal.overhead == HeartbeatSeal.maximumSize)
        #expect(HeartbeatSeal.maximumSize == SerialFrame.payloadLimit)
    }

    @Test func theFullestBeatCrossesASerialLine() throws {
        let key = try #require(HeartbeatKey(id: 1, secret: [UInt8](repeating: 7, count: 32)))
        let seal = try #require(HeartbeatSeal([key]))
        let fullest = try beat(of: HeartbeatCodec.maximumSize)
        let encoded = try HeartbeatCodec.encode(fullest)
        #expect(encoded.count == HeartbeatCodec.maximumSize)
        let sealed = seal.seal(encoded)
        var deframer = SerialDeframer()
        let arrived = deframer.feed(SerialFrame.encode(sealed))
        #expect(arrived == [sealed])
        #expect(try HeartbeatCodec.decode(try seal.open(try #require(arrived.first)[...])) == fullest)
    }

    @Test func oneByteMoreIsNoBeat() throws {
        let size = HeartbeatCodec.maximumSize + 1
        #expect(throws: HeartbeatCodec.EncodingError.tooLarge(size)) {
            try HeartbeatCodec.encode(try beat(of: size))
        }
    }
}
