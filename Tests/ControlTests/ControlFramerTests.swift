import ClusterModel
import Control
import Testing

@Suite struct ControlFramerTests {
    static let messages: [[UInt8]] = [[], [1], Array("hello".utf8), Array(repeating: 7, count: 70_000)]

    @Test(arguments: [1, 2, 3, 5, 1000, 100_000])
    func messagesSurviveAnyPortions(portion: Int) throws {
        let stream = Self.messages.flatMap { ControlFramer.frame($0) }
        var framer = ControlFramer()
        var received: [[UInt8]] = []
        for start in stride(from: 0, to: stream.count, by: portion) {
            framer.append(stream[start..<min(start + portion, stream.count)])
            while let message = try framer.next() { received.append(message) }
        }
        #expect(received == Self.messages)
        #expect(framer.pending == 0)
    }

    @Test func aTruncatedMessageWaits() throws {
        let frame = ControlFramer.frame(Array("status".utf8))
        for length in 0..<frame.count {
            var framer = ControlFramer()
            framer.append(frame.prefix(length))
            #expect(try framer.next() == nil, "\(length) bytes")
            #expect(framer.pending == length)
        }
    }

    @Test func theLargestMessageFitsAndOneByteMoreIsRefusedUnread() throws {
        let largest = [UInt8](repeating: 0x20, count: ControlFramer.largestPayload)
        var framer = ControlFramer()
        framer.append(ControlFramer.frame(largest))
        #expect(try framer.next()?.count == largest.count)
        framer.append([0x00, 0x10, 0x00, 0x01])
        #expect(throws: ControlFramer.Oversized(length: 0x10_0001)) { try framer.next() }
        #expect(throws: ControlFramer.Oversized(length: 0x10_0001)) { try framer.next() }
    }

    @Test func noiseNeverStoresMoreThanItBrought() {
        var generator = SeededGenerator(seed: 0xC0_47)
        for _ in 0..<2_000 {
            var framer = ControlFramer()
            var brought = 0
            for _ in 0..<4 {
                let bytes = (0..<Int.random(in: 0...12, using: &generator)).map { _ in
                    Bool.random(using: &generator) ? UInt8.random(in: 0...255, using: &generator) : 0
                }
                brought += bytes.count
                framer.append(bytes)
                do {
                    while let message = try framer.next() { brought -= 4 + message.count }
                } catch {
                    #expect(error.length > ControlFramer.largestPayload)
                }
                #expect(framer.pending == brought)
            }
        }
    }
}
