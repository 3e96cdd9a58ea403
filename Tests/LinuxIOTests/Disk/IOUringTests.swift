import ClusterModel
import Glibc
import Testing

@testable import LinuxIO

@Suite struct IOUringTests {
    @Test(arguments: [false, true])
    func moreOperationsThanTheRingHoldsAllComplete(hasLongEntries: Bool) throws {
        let scratch = try ScratchFolder()
        let loop = try EventLoop()
        let ring = try IOUring(entries: 4, longCommands: hasLongEntries, on: loop)
        let file = try FileDescriptor.open(try scratch.file("f", size: 1 << 20), O_RDWR)
        let source = AlignedBuffer(copying: (0..<1 << 20).map { UInt8(truncatingIfNeeded: $0 / 4096) })
        var completed: [Int: Int32] = [:]
        for block in 0..<200 {
            let part = UnsafeRawBufferPointer(rebasing: source.bytes[block * 4096..<(block + 1) * 4096])
            ring.write(file.raw, from: part, at: UInt64(block) * 4096) { completed[block] = $0 }
        }
        #expect(ring.inFlight == 200)
        #expect(try ring.drain(within: .seconds(5)))
        #expect(completed.count == 200 && completed.values.allSatisfy { $0 == 4096 })
        let back = AlignedBuffer(count: 4096)
        var result: Int32 = 0
        ring.read(file.raw, into: back.bytes, at: 199 * 4096) { result = $0 }
        #expect(try ring.drain(within: .seconds(5)))
        #expect(result == 4096)
        #expect(back.copy(0..<4096) == source.copy(199 * 4096..<200 * 4096))
    }

    @Test func errorsArriveAsNegatedNumbers() throws {
        let loop = try EventLoop()
        let ring = try IOUring(entries: 4, on: loop)
        let pipe = try Pipe()
        var result: Int32 = 0
        ring.sync(pipe.reading.raw) { result = $0 }
        #expect(try ring.drain(within: .seconds(2)))
        #expect(result == -EINVAL)
    }

    @Test func aCancelledReadOfAnEmptyPipeEnds() throws {
        let loop = try EventLoop()
        let ring = try IOUring(entries: 4, on: loop)
        let socket = try Socket.make(AF_UNIX, Socket.datagram)
        // Blocking, so that the read really waits.
        _ = fcntl(socket.raw, F_SETFL, 0)
        let buffer = AlignedBuffer(count: 4096)
        var result: Int32?
        let token = ring.read(socket.raw, into: buffer.bytes, at: 0) { result = $0 }
        try loop.turn(waitingAtMost: .milliseconds(5))
        #expect(result == nil)
        ring.cancel(token)
        #expect(try ring.drain(within: .seconds(2)))
        #expect(result == -ECANCELED || result == -EINTR)
    }

    @Test func aCommandThatTheDriverDoesNotKnowFails() throws {
        let loop = try EventLoop()
        let ring = try IOUring(entries: 4, longCommands: true, on: loop)
        let null = try FileDescriptor.open("/dev/null", O_RDWR)
        var results: [Int32] = []
        ring.command(null.raw, operation: 0xdead, payload: [UInt8](repeating: 1, count: 80)) { results.append($0) }
        let pipe = try Pipe()
        ring.command(pipe.reading.raw, operation: 1, payload: []) { results.append($0) }
        #expect(try ring.drain(within: .seconds(2)))
        // /dev/null answers any command; a pipe takes none.
        #expect(results.count == 2 && results.contains(-EOPNOTSUPP))
    }

    @Test func aRingDroppedWithWorkUnderWayLeavesItsMemoryAlone() throws {
        let loop = try EventLoop()
        var ring: IOUring? = try IOUring(entries: 4, on: loop)
        let socket = try Socket.make(AF_UNIX, Socket.datagram)
        _ = fcntl(socket.raw, F_SETFL, 0)
        weak var kept: AlignedBuffer?
        do {
            let buffer = AlignedBuffer(count: 4096)
            kept = buffer
            ring?.read(socket.raw, into: buffer.bytes, at: 0) { _ in _ = buffer }
        }
        try loop.turn(waitingAtMost: .milliseconds(2))
        ring = nil
        #expect(kept != nil)
    }

    @Test func completionsThatAskAgainDoNotStarveTimers() throws {
        let loop = try EventLoop()
        let ring = try IOUring(entries: 4, on: loop)
        let file = try FileDescriptor.open("/dev/zero", O_RDONLY)
        let buffer = AlignedBuffer(count: 4096)
        var rounds = 0
        var isOver = false
        func again() {
            ring.read(file.raw, into: buffer.bytes, at: 0) { _ in
                rounds += 1
                if !isOver { again() }
            }
        }
        again()
        loop.schedule(after: .milliseconds(5)) { isOver = true }
        #expect(try loop.run(until: { isOver && ring.inFlight == 0 }, within: .seconds(2)))
        #expect(rounds > 10)
    }
}
