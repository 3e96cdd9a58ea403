/// Aligned buffers in a bounded number of bytes, so that a slow disk or peer slows its users instead of filling memory.
///
/// Sizes are powers of two of pages; a freed block is kept for the next user of its size.
package final class BufferPool {
    /// The most bytes that may be in use at a time.
    package let limit: Int
    /// Bytes in use now.
    package private(set) var bytesInUse = 0
    /// Called whenever a buffer comes back, for those who found the limit reached. Must not take one at once: the
    /// last holder is still letting go.
    package var onReturn: (() -> Void)?
    private var kept: [Int: [UnsafeMutableRawBufferPointer]] = [:]
    private var bytesKept = 0

    package init(limit: Int) {
        self.limit = limit
    }

    deinit {
        // Buffers still out find no pool and free themselves. The order of freeing has no effect.
        for block in kept.values.joined() { block.deallocate() }
    }

    /// A buffer of at least `count` bytes with undefined contents, or nil where the limit is reached: wait until one
    /// of your own comes back.
    package func take(_ count: Int) -> AlignedBuffer? {
        let size = Self.sizeClass(count)
        guard bytesInUse + size <= limit else { return nil }
        bytesInUse += size
        if let block = kept[size]?.popLast() {
            bytesKept -= size
            return AlignedBuffer(bytes: block, pool: self)
        }
        if bytesInUse + bytesKept > limit { freeKept() }
        return AlignedBuffer(bytes: AlignedBuffer.allocate(size), pool: self)
    }

    func takeBack(_ block: UnsafeMutableRawBufferPointer) {
        bytesInUse -= block.count
        bytesKept += block.count
        kept[block.count, default: []].append(block)
        onReturn?()
    }

    /// Gives back to the system what is kept for the next user: for quiet times.
    package func freeKept() {
        for block in kept.values.joined() { block.deallocate() }
        kept.removeAll(keepingCapacity: true)
        bytesKept = 0
    }

    static func sizeClass(_ count: Int) -> Int {
        precondition(count > 0 && count <= 1 << 40, "a buffer cannot hold \(count) bytes")
        var size = AlignedBuffer.alignment
        while size < count { size *= 2 }
        return size
    }
}
