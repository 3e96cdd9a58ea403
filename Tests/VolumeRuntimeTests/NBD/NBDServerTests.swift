import ClusterModel
import Glibc
import LinuxIO
import Replication
import Testing
import WireFormat

@testable import VolumeRuntime

/// Against real clients (libnbd's tools) and against one that misbehaves.
@Suite struct NBDServerTests {
    private let folder: TestFolder
    private let loop: EventLoop
    private var socket: String { folder.file("nbd.sock") }
    private var address: String { "nbd+unix:///data?socket=\(socket)" }

    init() throws {
        folder = try TestFolder()
        loop = try EventLoop()
    }

    @Test func aRealClientSeesWhatIsOffered() throws {
        let volume = try MemoryVolume(path: socket, size: 8 << 20, loop: loop)
        let seen = try Tool.run(["nbdinfo", address], on: loop)
        for wanted in [
            "export-size: 8388608", "can_flush: true", "can_fua: true", "can_trim: true", "can_zero: true",
            "can_multi_conn: true", "is_read_only: false", "block_size_minimum: 512", "block_size_preferred: 4096",
            "block_size_maximum: 33554432",
        ] {
            #expect(seen.contains(wanted), "\(wanted) is missing in: \(seen)")
        }
        #expect(volume.opened.count == volume.closed.count)
        var facts = stat()
        #expect(stat(socket, &facts) == 0 && facts.st_mode & 0o777 == 0o600)
    }

    @Test func aRealClientCopiesInAndOut() throws {
        let volume = try MemoryVolume(path: socket, size: 8 << 20, loop: loop)
        var generator = SeededGenerator(seed: 3)
        let content = (0..<(8 << 20)).map { _ in UInt8.random(in: 0...255, using: &generator) }
        let source = folder.file("source")
        try write(content, to: source)
        try Tool.run(["nbdcopy", source, address], on: loop)
        #expect(volume.bytes == content)
        let copy = folder.file("copy")
        try Tool.run(["nbdcopy", address, copy], on: loop)
        #expect(try FileDescriptor.open(copy, O_RDONLY).readAll(limit: 16 << 20) == content)
    }

    @Test func theSecondaryRefusesInWords() throws {
        let volume = try MemoryVolume(path: socket, size: 1 << 20, loop: loop)
        volume.withheld = "volume data is secondary here; serv-a is primary"
        #expect(try Tool.outcome(["nbdinfo", address], on: loop).code != 0)
        let client = try UnixConnection.connect(to: socket, on: loop)
        client.send([0, 0, 0, 3] + NBDOptionRequest(.go, data: NBDInfoRequest(name: "data").encoded()).encoded())
        _ = try receive(NBDGreeting.size, from: client)
        let refusal = NBDOptionReply.refusal(
            .errorPolicy, of: NBDOption.go.rawValue, because: "volume data is secondary here; serv-a is primary")
        #expect(try receive(refusal.encoded().count, from: client) == refusal.encoded())
        #expect(volume.opened.isEmpty)
    }

    @Test func errorsOfTheDiskReachTheClient() throws {
        let volume = try MemoryVolume(path: socket, size: 1 << 20, loop: loop)
        let client = try connected()
        for (errno, expected) in [(5, 5), (22, 22), (30, 1), (28, 28), (95, 95), (77, 5)] as [(Int32, UInt32)] {
            volume.failure = errno
            client.send(NBDRequest(command: .flush, cookie: 9).encoded())
            #expect(try reply(client).error?.rawValue == expected)
        }
    }

    @Test func unknownCommandsAndRangesOutsideAreAnsweredAndTheConnectionGoesOn() throws {
        _ = try MemoryVolume(path: socket, size: 1 << 20, loop: loop)
        let volume = try MemoryVolume(path: folder.file("other"), size: 1 << 20, loop: loop)
        let client = try connected("other")
        let cases: [(NBDRequest, NBDErrorNumber)] = [
            (NBDRequest(command: .unknown(77), cookie: 1), .invalid),
            (NBDRequest(command: .blockStatus, cookie: 2, length: 512), .invalid),
            (NBDRequest(command: .cache, cookie: 3, length: 512), .notSupported),
            (NBDRequest(command: .read, cookie: 4, offset: 1 << 20, length: 512), .invalid),
            (NBDRequest(command: .read, cookie: 5, offset: 100, length: 512), .invalid),
            (NBDRequest(command: .read, cookie: 6, offset: 0, length: 0), .invalid),
            (NBDRequest(command: .read, cookie: 7, offset: 0, length: 64 << 20), .overflow),
            (NBDRequest(command: .trim, cookie: 8, offset: .max - 511, length: 512), .noSpace),
        ]
        for (request, error) in cases {
            client.send(request.encoded())
            #expect(try reply(client) == NBDSimpleReply(cookie: request.cookie, error: error))
        }
        // The data of a refused write are on the socket all the same.
        let write = NBDRequest(command: .write, cookie: 20, offset: 1 << 20, length: 70_144)
        client.send(write.encoded() + [UInt8](repeating: 1, count: 70_144))
        client.send(NBDRequest(command: .flush, cookie: 21).encoded())
        #expect(try reply(client) == NBDSimpleReply(cookie: 20, error: .noSpace))
        #expect(try reply(client) == NBDSimpleReply(cookie: 21))
        #expect(volume.operations == [.flush])
    }

    @Test(arguments: [
        [UInt8](repeating: 0xff, count: 64), Array("GET / HTTP/1.0\r\n\r\n".utf8), [0, 0, 0, 9],
        [0, 0, 0, 3] + Array("IHAVEOPT".utf8) + [0, 0, 0, 7, 0xff, 0xff, 0xff, 0xff],
    ])
    func garbageInTheNegotiationEndsTheConnectionAlone(garbage: [UInt8]) throws {
        let volume = try MemoryVolume(path: socket, size: 1 << 20, loop: loop)
        let client = try UnixConnection.connect(to: socket, on: loop)
        var hasEnded = false
        client.onReadable = { _ = client.receive(limit: 4096) }
        client.onEnd = { _ in hasEnded = true }
        client.send(garbage)
        try loop.run(until: { hasEnded }, within: .seconds(2))
        #expect(hasEnded)
        #expect(volume.opened.isEmpty)
        _ = try connected()
        #expect(volume.opened == [1])
    }

    @Test func unknownOptionsAreRefusedAndTheNegotiationGoesOn() throws {
        _ = try MemoryVolume(path: socket, size: 1 << 20, loop: loop)
        let volume = try MemoryVolume(path: folder.file("other"), size: 1 << 20, loop: loop)
        let client = try connected("other", before: [NBDOptionRequest(number: 4711, data: [1, 2, 3])])
        client.send(NBDRequest(command: .flush, cookie: 1).encoded())
        #expect(try reply(client) == NBDSimpleReply(cookie: 1))
        #expect(volume.opened == [1])
    }

    @Test func garbageInsteadOfARequestEndsTheConnection() throws {
        let volume = try MemoryVolume(path: socket, size: 1 << 20, loop: loop)
        let client = try connected()
        var hasEnded = false
        client.onReadable = { _ = client.receive(limit: 4096) }
        client.onEnd = { _ in hasEnded = true }
        client.send([UInt8](repeating: 0x55, count: 28))
        try loop.run(until: { hasEnded }, within: .seconds(2))
        #expect(hasEnded)
        #expect(volume.closed == [0])
    }

    @Test func aClientThatLeavesIsReportedWithItsRequests() throws {
        let volume = try MemoryVolume(path: socket, size: 1 << 20, loop: loop)
        volume.isFrozen = true
        let client = try connected()
        for cookie in 1...3 as ClosedRange<UInt64> {
            client.send(NBDRequest(command: .read, cookie: cookie, length: 4096).encoded())
        }
        try loop.run(until: { volume.operations.count == 3 }, within: .seconds(2))
        client.close()
        try loop.run(until: { !volume.closed.isEmpty }, within: .seconds(2))
        #expect(volume.gone.map(\.rawValue) == [1, 2, 3])
        #expect(volume.closed == [0])
        volume.isFrozen = false
        volume.answer()
        #expect(volume.server?.pendingCount == 0)
    }

    @Test func goodbyeWaitsForTheLastReplies() throws {
        let volume = try MemoryVolume(path: socket, size: 1 << 20, loop: loop)
        volume.isFrozen = true
        let client = try connected()
        client.send(NBDRequest(command: .flush, cookie: 5).encoded())
        client.send(NBDRequest(command: .disconnect, cookie: 6).encoded())
        try loop.run(until: { volume.operations.count == 1 }, within: .seconds(2))
        #expect(volume.closed.isEmpty)
        volume.isFrozen = false
        volume.answer()
        #expect(try reply(client) == NBDSimpleReply(cookie: 5))
        try loop.run(until: { !volume.closed.isEmpty }, within: .seconds(2))
        #expect(volume.gone.isEmpty)
    }

    /// Requests above the engine's limit travel in pieces, with less memory than they are long.
    @Test func longRequestsTravelInPieces() throws {
        let volume = try MemoryVolume(path: socket, size: 40 << 20, loop: loop, memory: 8 << 20)
        let client = try connected()
        let length = 20 << 20
        var generator = SeededGenerator(seed: 5)
        let word = (0..<4096).map { _ in UInt8.random(in: 0...255, using: &generator) }
        var content: [UInt8] = []
        for index in 0..<(length / 4096) { content += word[(index % 4096)...] + word[..<(index % 4096)] }
        client.queueLimit = 64 << 20
        client.send(NBDRequest(command: .write, cookie: 1, offset: 4096, length: UInt32(length)).encoded() + content)
        #expect(try reply(client) == NBDSimpleReply(cookie: 1))
        #expect(volume.operations.count == 20)
        #expect(volume.bytes[4096..<4096 + length].elementsEqual(content))

        client.send(NBDRequest(command: .flush, cookie: 2).encoded())
        client.send(NBDRequest(command: .read, cookie: 3, offset: 4096, length: UInt32(length)).encoded())
        client.send(NBDRequest(command: .flush, cookie: 4).encoded())
        #expect(try reply(client) == NBDSimpleReply(cookie: 2))
        #expect(try reply(client) == NBDSimpleReply(cookie: 3))
        #expect(try receive(length, from: client) == content)
        #expect(try reply(client) == NBDSimpleReply(cookie: 4))

        volume.failure = 5
        client.send(NBDRequest(command: .read, cookie: 6, offset: 0, length: UInt32(length)).encoded())
        #expect(try reply(client) == NBDSimpleReply(cookie: 6, error: .inputOutput))
    }

    @Test func zeroingAndTrimmingKeepToTheEnginesLimits() throws {
        let volume = try MemoryVolume(path: socket, size: 1 << 20, loop: loop)
        volume.bytes = []
        let big = try MemoryVolume(path: folder.file("big"), size: 300 << 20, loop: loop)
        let client = try connected("big")
        client.send(NBDRequest(command: .trim, flags: .fua, cookie: 1, offset: 0, length: 300 << 20).encoded())
        #expect(try reply(client) == NBDSimpleReply(cookie: 1))
        client.send(
            NBDRequest(command: .writeZeroes, flags: [.fua, .noHole], cookie: 2, offset: 512, length: 1024).encoded())
        #expect(try reply(client) == NBDSimpleReply(cookie: 2))
        #expect(
            big.operations == [
                .trim(ByteRange(offset: 0, length: 128 << 20)), .trim(ByteRange(offset: 128 << 20, length: 128 << 20)),
                .trim(ByteRange(offset: 256 << 20, length: 44 << 20)),
                .writeZeroes(ByteRange(offset: 512, length: 1024), mayUnmap: false, fua: true),
            ])
    }

    /// A client that asks for much and reads nothing holds its own share of the memory, not everybody's.
    @Test func aClientThatReadsNoRepliesDoesNotStopTheOthers() throws {
        let volume = try MemoryVolume(path: socket, size: 8 << 20, loop: loop)
        let greedy = try connected()
        greedy.pauseReading()
        for cookie in 0..<200 as Range<UInt64> {
            greedy.send(NBDRequest(command: .read, cookie: cookie, offset: 0, length: 1 << 20).encoded())
        }
        try loop.run(until: { volume.operations.count >= 6 }, within: .seconds(2))
        try loop.run(until: { false }, within: .milliseconds(50))
        #expect(volume.operations.count < 24)
        let other = try connected()
        other.send(NBDRequest(command: .read, cookie: 1, offset: 0, length: 1 << 20).encoded())
        #expect(try reply(other) == NBDSimpleReply(cookie: 1))
        // And when it reads at last, everything comes.
        greedy.resumeReading()
        var received = 0
        greedy.onReadable = { received += greedy.receive(limit: 1 << 20).count }
        try loop.run(until: { received == 200 * ((1 << 20) + 16) }, within: .seconds(10))
        #expect(received == 200 * ((1 << 20) + 16))
    }

    @Test func fioVerifiesWhatItWrites() throws {
        _ = try MemoryVolume(path: folder.file("x"), size: 512, loop: loop)
        let volume = try MemoryVolume(path: socket, size: 16 << 20, loop: loop)
        let output = try Tool.run(
            [
                "fio", "--name=verify", "--ioengine=nbd", "--uri=\(address)", "--rw=randwrite", "--bsrange=512-128k",
                "--blockalign=512", "--size=16M", "--io_size=24M", "--iodepth=32", "--verify=crc32c", "--minimal",
            ], on: loop)
        #expect(output.contains(";verify;0;0;") || output.contains("verify;0;0"), "\(output)")
        #expect(volume.operations.count > 100)
    }

    // MARK: A client by hand

    private func connected(_ name: String = "nbd.sock", before: [NBDOptionRequest] = []) throws -> UnixConnection {
        let client = try UnixConnection.connect(to: folder.file(name), on: loop)
        client.onReadable = {}
        var bytes = try receive(NBDGreeting.size, from: client)
        _ = try NBDGreeting(bytes[...])
        client.send([0, 0, 0, 3])
        for option in before { client.send(option.encoded()) }
        client.send(NBDOptionRequest(.go, data: NBDInfoRequest(name: "data").encoded()).encoded())
        bytes = []
        var replies: [NBDReplyType] = []
        while replies.last != .ack {
            bytes += try receive(1, from: client)
            if let (reply, size) = try NBDOptionReply.first(in: bytes[...]) {
                replies.append(reply.type)
                bytes.removeFirst(size)
            }
        }
        return client
    }

    private func reply(_ client: UnixConnection) throws -> NBDSimpleReply {
        try NBDSimpleReply(receive(NBDSimpleReply.size, from: client)[...])
    }

    private func receive(_ count: Int, from client: UnixConnection) throws -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count)
        let arrived = try loop.run(
            until: {
                while bytes.count < count {
                    let more = client.receive(limit: min(count - bytes.count, 1 << 20))
                    if more.isEmpty { break }
                    bytes += more
                }
                return bytes.count == count
            }, within: .seconds(10))
        try #require(arrived, "\(bytes.count) of \(count) bytes came")
        return bytes
    }

    private func write(_ content: [UInt8], to path: String) throws {
        let file = try FileDescriptor.open(path, O_RDWR | O_CREAT)
        var rest = content[...]
        while !rest.isEmpty {
            let count = try file.write([UInt8](rest.prefix(1 << 20))) ?? 0
            rest = rest.dropFirst(count)
        }
    }
}
