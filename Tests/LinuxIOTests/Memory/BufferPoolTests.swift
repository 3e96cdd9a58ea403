import Testing

@testable import LinuxIO

@Suite struct BufferPoolTests {
    @Test(arguments: [(1, 4096), (4096, 4096), (4097, 8192), (1 << 20, 1 << 20)])
    func sizesAreWholePowersOfTwoPages(wanted: Int, given: Int) {
        #expect(BufferPool.sizeClass(wanted) == given)
    }

    @Test func buffersAreAlignedAndComeBack() throws {
        let pool = BufferPool(limit: 16384)
        var first = pool.take(5000)
        let address = first?.bytes.baseAddress
        #expect(Int(bitPattern: address) % AlignedBuffer.alignment == 0)
        #expect(pool.bytesInUse == 8192)
        first = nil
        #expect(pool.bytesInUse == 0)
        #expect(pool.take(8192)?.bytes.baseAddress == address, "the freed block serves again")
    }

    @Test func theLimitCountsKeptBlocksOfOtherSizes() throws {
        let pool = BufferPool(limit: 16384)
        for _ in 0..<3 { _ = try #require(pool.take(4096)) }
        #expect(pool.take(16384)?.count == 16384)
        #expect(pool.take(32768) == nil)
    }

    @Test func aBufferOutlivesItsPool() throws {
        var pool: BufferPool? = BufferPool(limit: 4096)
        let buffer = try #require(pool?.take(4096))
        pool = nil
        buffer.zero(0..<4096)
        #expect(buffer.copy(0..<4) == [0, 0, 0, 0])
    }
}
