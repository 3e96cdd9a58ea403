import Glibc

/// A block of memory aligned for direct I/O, shared by reference until its last user lets go. Then it goes back to
/// the pool it came from. Used by one thread.
package final class AlignedBuffer {
    /// Direct I/O never needs more than a page.
    package static let alignment = 4096

    /// The memory; valid while this object lives.
    package let bytes: UnsafeMutableRawBufferPointer
    private weak var pool: BufferPool?

    /// The size in bytes.
    package var count: Int { bytes.count }

    /// Makes a block outside any pool, zeroed, for start-up and tests. The size is rounded up to whole pages.
    package convenience init(count: Int) {
        let block = Self.allocate(count)
        block.initializeMemory(as: UInt8.self, repeating: 0)
        self.init(bytes: block, pool: nil)
    }

    /// Makes a block of copied bytes, its rest zero.
    package convenience init(copying source: some Collection<UInt8>) {
        self.init(count: max(source.count, 1))
        bytes.copyBytes(from: source)
    }

    init(bytes: UnsafeMutableRawBufferPointer, pool: BufferPool?) {
        self.bytes = bytes
        self.pool = pool
    }

    deinit {
        if let pool { pool.takeBack(bytes) } else { bytes.deallocate() }
    }

    static func allocate(_ count: Int) -> UnsafeMutableRawBufferPointer {
        precondition(count > 0, "a buffer cannot hold \(count) bytes")
        let whole = (count + alignment - 1) / alignment * alignment
        return UnsafeMutableRawBufferPointer.allocate(byteCount: whole, alignment: alignment)
    }

    /// A copy of a part of the contents.
    package func copy(_ range: Range<Int>) -> [UInt8] {
        [UInt8](bytes[range])
    }

    /// Fills a part with zeroes.
    package func zero(_ range: Range<Int>) {
        UnsafeMutableRawBufferPointer(rebasing: bytes[range]).initializeMemory(as: UInt8.self, repeating: 0)
    }
}
