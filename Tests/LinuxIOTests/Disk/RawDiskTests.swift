import CLinux
import ClusterModel
import Glibc
import Testing

@testable import LinuxIO

/// What a scenario runs on: a plain file, and the same file behind a loop device.
enum DiskKind: CaseIterable {
    case file
    case loopDevice
}

/// A disk of a few MiB with its loop and ring.
private final class Bench {
    let loop: EventLoop
    let ring: IOUring
    let disk: RawDisk
    let file: String
    private let scratch: ScratchFolder
    private let device: LoopDevice?

    init(_ kind: DiskKind, size: Int = 4 << 20) throws {
        scratch = try ScratchFolder()
        file = try scratch.file("disk", size: size)
        loop = try EventLoop()
        ring = try IOUring(entries: 16, on: loop)
        device = kind == .loopDevice ? try LoopDevice(file: file) : nil
        disk = try RawDisk(device?.path ?? file, access: .readWrite, ring: ring)
    }

    /// Runs one operation to its end.
    func wait(_ start: (@escaping RawDisk.Completion) -> Void) throws -> Result<Void, SystemError> {
        var outcome: Result<Void, SystemError>?
        start { outcome = $0 }
        try loop.run(until: { outcome != nil }, within: .seconds(5))
        return try #require(outcome)
    }
}

@Suite struct RawDiskTests {
    @Test(arguments: DiskKind.allCases)
    func whatIsWrittenIsReadBack(kind: DiskKind) throws {
        let bench = try Bench(kind)
        #expect(bench.disk.size == 4 << 20)
        #expect(bench.disk.isBlockDevice == (kind == .loopDevice))
        #expect(bench.disk.isDirect)
        let source = AlignedBuffer(copying: (0..<1 << 20).map { UInt8(truncatingIfNeeded: $0 &* 13 / 7) })
        try bench.wait { bench.disk.write(at: 65536, from: source, 0..<1 << 20, $0) }.get()
        try bench.wait { bench.disk.write(at: 0, from: source, 4096..<8192, isDurable: true, $0) }.get()
        try bench.wait { bench.disk.sync($0) }.get()
        let back = AlignedBuffer(count: 2 << 20)
        try bench.wait { bench.disk.read(at: 65536, into: back, 8192..<8192 + 1 << 20, $0) }.get()
        #expect(back.copy(8192..<8192 + 1 << 20) == source.copy(0..<1 << 20))
        #expect(try bench.disk.readNow(ByteRange(offset: 0, length: 4096)) == source.copy(4096..<8192))
    }

    @Test(arguments: DiskKind.allCases)
    func zeroedAndPunchedRangesReadAsZeroes(kind: DiskKind) throws {
        let bench = try Bench(kind)
        let source = AlignedBuffer(copying: [UInt8](repeating: 0xee, count: 1 << 20))
        try bench.wait { bench.disk.write(at: 0, from: source, 0..<1 << 20, $0) }.get()
        try bench.wait { bench.disk.zero(ByteRange(offset: 8192, length: 65536), $0) }.get()
        try bench.wait { bench.disk.punchHole(ByteRange(offset: 131072, length: 262144), $0) }.get()
        let found = try bench.disk.readNow(ByteRange(offset: 0, length: 1 << 20))
        #expect(found[..<8192].allSatisfy { $0 == 0xee })
        #expect(found[8192..<73728].allSatisfy { $0 == 0 })
        #expect(found[73728..<131072].allSatisfy { $0 == 0xee })
        #expect(found[131072..<393216].allSatisfy { $0 == 0 })
        #expect(found[393216...].allSatisfy { $0 == 0xee })
    }

    @Test(arguments: DiskKind.allCases)
    func theSynchronousCallsAgreeWithEachOther(kind: DiskKind) throws {
        let bench = try Bench(kind)
        let block = [UInt8](repeating: 3, count: 4096)
        try bench.disk.writeNow(block, at: 4096)
        try bench.disk.syncNow()
        #expect(
            try bench.disk.readNow(ByteRange(offset: 4000, length: 200)) == [UInt8](repeating: 0, count: 96)
                + [UInt8](repeating: 3, count: 104))
        #expect(try bench.disk.readNow(ByteRange(offset: bench.disk.size, length: 0)).isEmpty)
        try bench.disk.discardNow(ByteRange(offset: 4096, length: 4096))
        for (bytes, offset) in [(block, bench.disk.size), (block, 1), ([1], 0), ([], 0)] {
            #expect(throws: SystemError.self) { try bench.disk.writeNow(bytes, at: offset) }
        }
        #expect(throws: SystemError.self) {
            try bench.disk.readNow(ByteRange(offset: bench.disk.size - 10, length: 11))
        }
    }

    @Test(arguments: DiskKind.allCases)
    func aSecondOwnerIsRefusedAndToldWhy(kind: DiskKind) throws {
        let bench = try Bench(kind)
        let error = #expect(throws: SystemError.self) {
            try RawDisk(bench.disk.path, access: .readWrite, ring: nil)
        }
        #expect(error?.errno == (kind == .file ? EWOULDBLOCK : EBUSY))
        #expect(error?.advice.isEmpty == false)
        #expect(try RawDisk(bench.disk.path, access: .readOnly, ring: nil).size == bench.disk.size)
    }

    @Test func aTruncatedFileEndsAReadWithAnErrorAndNotWithZeroes() throws {
        let bench = try Bench(.file)
        #expect(truncate(bench.file, 1 << 20) == 0)
        let back = AlignedBuffer(count: 65536)
        let outcome = try bench.wait { bench.disk.read(at: (1 << 20) - 32768, into: back, 0..<65536, $0) }
        guard case .failure(let error) = outcome else {
            Issue.record("a read past the end succeeded")
            return
        }
        #expect(error.errno == EIO)
        #expect(error.subject.contains(bench.file))
        try bench.disk.refreshSize()
        #expect(bench.disk.size == 1 << 20)
    }

    @Test func aFullFileSystemIsReported() throws {
        let loop = try EventLoop()
        let ring = try IOUring(entries: 4, on: loop)
        // The character device that answers every write like a full disk is no disk.
        let error = #expect(throws: SystemError.self) { try RawDisk("/dev/full", access: .readWrite, ring: ring) }
        #expect(error?.errno == ENOTBLK)
        let full = try FileDescriptor.open("/dev/full", O_RDWR)
        var result: Int32 = 0
        let buffer = AlignedBuffer(count: 4096)
        ring.write(full.raw, from: UnsafeRawBufferPointer(buffer.bytes), at: 0) { result = $0 }
        #expect(try ring.drain(within: .seconds(2)))
        #expect(result == -ENOSPC)
    }

    @Test func aMissingDeviceIsNamed() {
        let error = #expect(throws: SystemError.self) { try RawDisk("/dev/bascule-none", access: .readOnly, ring: nil) }
        #expect(error?.description == "cannot find /dev/bascule-none: No such file or directory")
    }

    @Test func manyWritesOfOneTurnAllLand() throws {
        let bench = try Bench(.loopDevice)
        let pool = BufferPool(limit: 1 << 20)
        var failures: [SystemError] = []
        var done = 0
        for block in 0..<256 {
            guard let buffer = pool.take(4096) else {
                Issue.record("the pool has room for 256 pages")
                return
            }
            buffer.bytes.initializeMemory(as: UInt8.self, repeating: UInt8(block))
            bench.disk.write(at: UInt64(block) * 8192, from: buffer, 0..<4096) {
                if case .failure(let error) = $0 { failures.append(error) }
                done += 1
            }
        }
        #expect(try bench.loop.run(until: { done == 256 }, within: .seconds(5)))
        #expect(failures.isEmpty)
        #expect(pool.bytesInUse == 0, "a completed write lets its buffer go")
        for block in [0, 1, 100, 255] {
            #expect(
                try bench.disk.readNow(ByteRange(offset: UInt64(block) * 8192, length: 4096)).allSatisfy {
                    $0 == UInt8(block)
                })
        }
    }
}
