import ClusterModel
import Glibc
import LinuxIO
import Testing
import WireFormat

@testable import NodeRuntime

/// A serial link whose cable's other end is in the test's hand. The port is a name that points to the cable, as udev's do.
private final class Line {
    let loop: EventLoop
    let scratch: ScratchFolder
    var far: PseudoTerminal?
    var link: SerialHeartbeatLink?
    var events: [LinkEvent] = []

    init() throws {
        loop = try EventLoop()
        scratch = try ScratchFolder()
    }

    func open() {
        link = SerialHeartbeatLink(
            "null-modem", SerialLink(device: .both(port)), device: port, on: loop,
            { [unowned self] in events.append($0) })
        link?.open()
    }

    var port: String { scratch.path("tty") }

    func plugIn() throws {
        let pair = try PseudoTerminal()
        unlink(port)
        symlink(pair.path, port)
        far = consume pair
    }

    func unplug() { far = nil }

    func write(_ bytes: [UInt8]) throws { _ = try far?.descriptor.write(bytes) }
    func read() throws -> [UInt8] { try far?.descriptor.readAll(limit: 1 << 20) ?? [] }

    var received: [[UInt8]] {
        events.compactMap { if case .received(let bytes) = $0 { bytes } else { nil } }
    }
}

@Suite struct SerialHeartbeatLinkTests {
    @Test func aBeatLeavesInAFrameAndAFrameArrivesAsABeat() throws {
        let line = try Line()
        try line.plugIn()
        line.open()
        line.link?.send([1, 0, 2])
        var deframer = SerialDeframer()
        var beats: [[UInt8]] = []
        try line.loop.run(
            until: {
                beats += deframer.feed((try? line.read()) ?? [])
                return !beats.isEmpty
            }, within: .seconds(1))
        #expect(beats == [[1, 0, 2]])
        try line.write(SerialFrame.encode([3, 0, 4]))
        try line.loop.run(until: { !line.received.isEmpty }, within: .seconds(1))
        #expect(line.received == [[3, 0, 4]])
    }

    @Test func noiseIsCountedAndTheNextBeatIsFound() throws {
        let line = try Line()
        try line.plugIn()
        line.open()
        var torn = SerialFrame.encode([9, 9, 9])
        torn[3] ^= 0x55
        try line.write([0xff, 0x41, 0x42] + torn + SerialFrame.encode([5]))
        try line.loop.run(until: { !line.received.isEmpty }, within: .seconds(1))
        #expect(line.received == [[5]])
        #expect((line.link?.counters.garbled ?? 0) >= 3)
    }

    @Test func aLineThatNobodyReadsDropsBeatsInsteadOfFallingBehind() throws {
        let line = try Line()
        try line.plugIn()
        line.open()
        let beat = [UInt8](repeating: 7, count: 400)
        for _ in 0..<200 { line.link?.send(beat) }
        let counters = try #require(line.link?.counters)
        #expect(counters.dropped > 0)
        #expect(counters.sent + counters.dropped == 200)
        // When somebody reads again, the line goes on.
        try line.loop.run(
            until: {
                _ = try? line.read()
                line.link?.send(beat)
                return (line.link?.counters.sent ?? 0) > counters.sent
            }, within: .seconds(2))
        #expect((line.link?.counters.sent ?? 0) > counters.sent)
    }

    @Test func aPortThatVanishesIsAFaultAndComesBackByItself() throws {
        let line = try Line()
        try line.plugIn()
        line.open()
        #expect(line.events == [])
        line.unplug()
        try line.loop.run(until: { !line.events.isEmpty }, within: .seconds(1))
        guard case .failed = line.events.first else {
            Issue.record("no failure was reported: \(line.events)")
            return
        }
        line.link?.send([1])
        #expect(line.link?.counters.dropped == 1)
        try line.plugIn()
        try line.loop.run(until: { line.events.contains(.restored) }, within: .seconds(3))
        #expect(line.events.count == 2)
        try line.write(SerialFrame.encode([6]))
        try line.loop.run(until: { !line.received.isEmpty }, within: .seconds(1))
        #expect(line.received == [[6]])
    }

    @Test func aPortThatIsNotThereYetIsAFaultSaidOnce() throws {
        let line = try Line()
        line.open()
        try line.loop.run(until: { false }, within: .milliseconds(1200))
        #expect(line.events.count == 1)
        try line.plugIn()
        try line.loop.run(until: { line.events.contains(.restored) }, within: .seconds(3))
        #expect(line.events.last == .restored)
    }

    /// What flows in is taken in bounded portions, so a flood delays nothing else on the loop.
    @Test func aFloodOfNoiseLeavesTheLoopFree() throws {
        let line = try Line()
        try line.plugIn()
        line.open()
        var generator = SeededGenerator(seed: 3)
        let noise = (0..<4000).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
        var ticks = 0
        line.loop.schedule(every: .milliseconds(10)) { ticks += 1 }
        try line.loop.run(
            until: {
                try? line.write(noise)
                return ticks >= 20
            }, within: .seconds(5))
        #expect(ticks >= 20)
        #expect((line.link?.counters.garbled ?? 0) > 4000)
    }
}
