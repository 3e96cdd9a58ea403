import ClusterModel
import LinuxIO
import Replication
import Testing

@testable import VolumeRuntime

/// On a real device with blocks of 4096 bytes, as the peer of one with blocks of 512.
@Suite struct MisalignedWritesTests {
    @Test func partsOfBlocksAreWrittenAmongWholeOnesWithoutHarm() throws {
        let folder = try TestFolder()
        let loop = try EventLoop()
        let file = try folder.disk("disk", bytes: 4 << 20)
        let device = try Tool.run(["losetup", "--sector-size", "4096", "--show", "-f", file], on: loop)
        let path = String(device.prefix { $0 != "\n" })
        defer { _ = try? Tool.run(["losetup", "-d", path], on: loop) }
        let disk = DataDisk(try RawDisk(path, access: .readWrite, ring: try IOUring(on: loop)))
        #expect(disk.disk.logicalBlockSize == 4096)

        var generator = SeededGenerator(seed: 4)
        var expected = [UInt8](repeating: 0, count: 1 << 18)
        var open = 0
        // Ranges do not overlap, as the engine guarantees; blocks are shared all the same.
        for sector in 0..<512 where sector % 3 != 0 || sector % 8 == 0 {
            let value = UInt8.random(in: 1...255, using: &generator)
            let length = 512
            let range = ByteRange(offset: UInt64(sector * length), length: UInt64(length))
            for index in Int(range.offset)..<Int(range.end) { expected[index] = value }
            open += 1
            disk.write(
                range, from: AlignedBuffer(copying: [UInt8](repeating: value, count: length)), fua: sector % 2 == 0
            ) {
                #expect($0 == .success)
                open -= 1
            }
        }
        for block in 64..<96 {
            open += 1
            let range = ByteRange(offset: UInt64(block * 4096), length: 4096)
            disk.write(range, from: AlignedBuffer(copying: [UInt8](repeating: 9, count: 4096)), fua: false) {
                #expect($0 == .success)
                open -= 1
            }
        }
        try loop.run(until: { open == 0 }, within: .seconds(20))
        #expect(open == 0)
        let buffer = AlignedBuffer(count: expected.count)
        var isRead = false
        disk.read(ByteRange(offset: 512, length: UInt64(expected.count - 1024)), into: buffer) { _ in isRead = true }
        try loop.run(until: { isRead }, within: .seconds(5))
        #expect(buffer.copy(0..<expected.count - 1024) == Array(expected[512..<expected.count - 512]))
    }

    @Test func partsOfBlocksAreZeroedToo() throws {
        let folder = try TestFolder()
        let loop = try EventLoop()
        let file = try folder.disk("disk", bytes: 4 << 20)
        let device = try Tool.run(["losetup", "--sector-size", "4096", "--show", "-f", file], on: loop)
        let path = String(device.prefix { $0 != "\n" })
        defer { _ = try? Tool.run(["losetup", "-d", path], on: loop) }
        let disk = DataDisk(try RawDisk(path, access: .readWrite, ring: try IOUring(on: loop)))
        var done = 0
        let whole = ByteRange(offset: 0, length: 1 << 20)
        disk.write(whole, from: AlignedBuffer(copying: [UInt8](repeating: 7, count: 1 << 20)), fua: false) { _ in
            done += 1
        }
        try loop.run(until: { done == 1 }, within: .seconds(5))
        disk.zero(ByteRange(offset: 1536, length: 35 * 512), mayUnmap: true) { result in
            #expect(result == .success)
            done += 1
        }
        try loop.run(until: { done == 2 }, within: .seconds(5))
        let buffer = AlignedBuffer(count: 1 << 20)
        disk.read(whole, into: buffer) { _ in done += 1 }
        try loop.run(until: { done == 3 }, within: .seconds(5))
        let end = 1536 + 35 * 512
        #expect(buffer.copy(0..<1536).allSatisfy { $0 == 7 })
        #expect(buffer.copy(1536..<end).allSatisfy { $0 == 0 })
        #expect(buffer.copy(end..<1 << 20).allSatisfy { $0 == 7 })
    }
}
