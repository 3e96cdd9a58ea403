import ClusterModel
import Glibc
import Testing

@testable import LinuxIO

@Suite struct SendQueueTests {
    @Test(arguments: UInt64(1)...10)
    func whatGoesInComesOutInOrder(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var queue = SendQueue()
        var expected: [UInt8] = []
        var taken: [UInt8] = []
        let buffer = AlignedBuffer(copying: (0..<8192).map { UInt8(truncatingIfNeeded: $0) })
        for _ in 0..<400 {
            switch UInt8.random(in: 0..<4, using: &generator) {
            case 0:
                let range = Int.random(in: 0..<4096, using: &generator)..<Int.random(in: 4096...8192, using: &generator)
                queue.append(buffer, range)
                expected += buffer.copy(range)
            case 1:
                let bytes = (0..<Int.random(in: 0..<40_000, using: &generator)).map {
                    UInt8(truncatingIfNeeded: $0 &* 7)
                }
                bytes.withUnsafeBytes { queue.append($0) }
                expected += bytes
            default:
                let available = queue.withVectors { vectors in
                    vectors.flatMap { [UInt8](UnsafeRawBufferPointer(start: $0.iov_base, count: $0.iov_len)) }
                }
                let part = Int.random(in: 0...available.count, using: &generator)
                taken += available[..<part]
                queue.drop(part)
            }
            #expect(queue.count == expected.count - taken.count)
        }
        #expect(taken == Array(expected[..<taken.count]))
    }

    @Test func aSentBufferIsLetGo() {
        let pool = BufferPool(limit: 8192)
        var queue = SendQueue()
        for _ in 0..<2 {
            guard let buffer = pool.take(4096) else {
                Issue.record("the pool has room for two")
                return
            }
            queue.append(buffer, 0..<4096)
        }
        #expect(pool.take(1) == nil)
        queue.drop(4096)
        #expect(pool.bytesInUse == 4096)
        queue.drop(4096)
        #expect(pool.bytesInUse == 0)
    }
}
