import ClusterModel
import Testing

@testable import WireFormat

struct SerialFrameTests {
    private func random(_ count: Int, upTo limit: UInt8 = 255, _ generator: inout SeededGenerator) -> [UInt8] {
        (0..<count).map { _ in UInt8.random(in: 0...limit, using: &generator) }
    }

    /// Stuffing, byte for byte (the examples of the method's paper and the turns of a block).
    @Test func zeroesBecomeDistances() {
        #expect(SerialFrame.stuff([0]) == [1, 1])
        #expect(SerialFrame.stuff([0, 0]) == [1, 1, 1])
        #expect(SerialFrame.stuff([0x11, 0x22, 0, 0x33]) == [3, 0x11, 0x22, 2, 0x33])
        #expect(SerialFrame.stuff([0x11, 0, 0, 0]) == [2, 0x11, 1, 1, 1])
        let full = [UInt8](1...254)
        #expect(SerialFrame.stuff(full) == [255] + full)
        #expect(SerialFrame.stuff([0] + full) == [1, 255] + full)
        #expect(SerialFrame.stuff(full + [255]) == [255] + full + [2, 255])
        #expect(SerialFrame.stuff(full + [0]) == [255] + full + [1, 1])
    }

    @Test func payloadsOfEveryLengthReturn() {
        var generator = SeededGenerator(seed: 1)
        var deframer = SerialDeframer()
        for length in 1...SerialFrame.payloadLimit {
            for limit in [0, 1, 255] as [UInt8] {
                let payload = random(length, upTo: limit, &generator)
                let frame = SerialFrame.encode(payload)
                #expect(!frame.dropFirst().dropLast().contains(0))
                #expect(frame.count <= SerialFrame.stuffedLimit + 2)
                #expect(deframer.feed(frame) == [payload])
            }
        }
        #expect(deframer.garbageBytes == 0)
        #expect(deframer.badChecksums == 0)
        #expect(deframer.frames == 3 * 512)
    }

    @Test func chunksOfAnySizeGiveTheSameFrames() {
        var generator = SeededGenerator(seed: 2)
        let payloads = (1...20).map { random($0 * 7, &generator) }
        let stream = payloads.flatMap(SerialFrame.encode)
        for size in [1, 2, 3, 7, 64, 1000, stream.count] {
            var deframer = SerialDeframer()
            var found: [[UInt8]] = []
            for start in stride(from: 0, to: stream.count, by: size) {
                found += deframer.feed(stream[start..<min(start + size, stream.count)])
            }
            #expect(found == payloads)
        }
    }

    @Test func aFrameCutAnywhereCostsOnlyItself() {
        let first = [UInt8](1...60)
        let second: [UInt8] = [9, 0, 9]
        let frame = SerialFrame.encode(first)
        for length in 0..<(frame.count - 1) {
            var deframer = SerialDeframer()
            let found = deframer.feed(frame.prefix(length)) + deframer.feed(SerialFrame.encode(second))
            #expect(found == [second], "cut to \(length)")
            #expect(deframer.garbageBytes == UInt64(max(0, length - 1)))
        }
    }

    @Test func everyChangedByteIsNoticed() {
        let payload = [UInt8](0..<40)
        let next: [UInt8] = [1, 2, 3]
        for index in SerialFrame.encode(payload).indices {
            for change in [0x01, 0x10, 0x80, 0xff] as [UInt8] {
                var frame = SerialFrame.encode(payload)
                frame[index] ^= change
                var deframer = SerialDeframer()
                let found = deframer.feed(frame) + deframer.feed(SerialFrame.encode(next))
                // Only the zeroes around the frame may change without loss: the neighbour's do their work.
                #expect(found.last == next)
                #expect(found.dropLast().allSatisfy { $0 == payload })
                #expect(found.count == 1 || index == 0 || index == frame.count - 1)
            }
        }
    }

    @Test func badChecksumsAreCounted() {
        var deframer = SerialDeframer()
        var frame = SerialFrame.encode([1, 2, 3])
        frame[2] ^= 0x10
        #expect(deframer.feed(frame).isEmpty)
        #expect(deframer.badChecksums == 1)
        #expect(deframer.garbageBytes == UInt64(frame.count - 2))
    }

    @Test func aPieceWithoutEndIsDroppedAndNotKept() {
        var deframer = SerialDeframer()
        for _ in 0..<1000 { #expect(deframer.feed([UInt8](repeating: 0x55, count: 1000)).isEmpty) }
        #expect(deframer.garbageBytes == 1_000_000)
        #expect(deframer.feed(SerialFrame.encode([7])) == [[7]])
        #expect(deframer.garbageBytes == 1_000_000)
    }

    /// A minute of a line at 115200 baud, all noise but for one frame a second.
    @Test func aMinuteOfNoiseCostsNoFrameAndInventsNone() {
        var generator = SeededGenerator(seed: 3)
        var deframer = SerialDeframer()
        for second in 0..<60 {
            let noise = random(11_520, &generator)
            for start in stride(from: 0, to: noise.count, by: 96) {
                #expect(deframer.feed(noise[start..<min(start + 96, noise.count)]).isEmpty)
            }
            let payload = [UInt8(second), 0, 255]
            #expect(deframer.feed(SerialFrame.encode(payload)) == [payload])
        }
        #expect(deframer.frames == 60)
        #expect(deframer.garbageBytes > 600_000)
    }

    @Test func lostBytesAndPartialFramesNeverGiveAWrongPayload() {
        var generator = SeededGenerator(seed: 4)
        var deframer = SerialDeframer()
        let payloads = (0..<2000).map { [UInt8($0 & 255), UInt8($0 >> 8)] + random(60, &generator) }
        var found: [[UInt8]] = []
        for payload in payloads {
            var frame = SerialFrame.encode(payload)
            for _ in 0..<Int.random(in: 0...3, using: &generator) {
                frame.remove(at: .random(in: frame.indices, using: &generator))
            }
            found += deframer.feed(frame)
        }
        var sent = payloads[...]
        for payload in found {
            while let first = sent.first, first != payload { sent = sent.dropFirst() }
            #expect(sent.first == payload)
        }
        #expect(found.count >= 400)
    }
}
