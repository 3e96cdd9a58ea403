import Glibc

/// Bytes that wait to be sent: small ones copied together into blocks, large buffers by reference.
struct SendQueue {
    /// Memory that small messages are gathered in; it is only ever appended to.
    private final class Block {
        static let capacity = 16 * 1024
        let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: capacity, alignment: 16)
        var used = 0
        deinit { bytes.deallocate() }
    }

    private struct Piece {
        var start: UnsafeRawPointer
        var count: Int
        /// Keeps the memory alive until it is sent.
        var owner: AnyObject?
    }

    private var pieces: [Piece] = []
    private var first = 0
    private var tail: Block?

    /// Bytes waiting.
    private(set) var count = 0

    var isEmpty: Bool { count == 0 }

    /// Appends a copy of bytes.
    mutating func append(_ bytes: UnsafeRawBufferPointer) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let block = blockWithRoom()
            let part = rest.prefix(Block.capacity - block.used)
            let target = UnsafeMutableRawBufferPointer(rebasing: block.bytes[block.used..<block.used + part.count])
            target.copyMemory(from: UnsafeRawBufferPointer(rebasing: part))
            block.used += part.count
            extend(UnsafeRawBufferPointer(target), owner: block)
            rest = rest.dropFirst(part.count)
        }
    }

    /// Appends a part of a buffer without copying. Its contents must not change until it is sent.
    mutating func append(_ buffer: AlignedBuffer, _ range: Range<Int>) {
        guard !range.isEmpty else { return }
        extend(UnsafeRawBufferPointer(rebasing: buffer.bytes[range]), owner: buffer)
    }

    private mutating func blockWithRoom() -> Block {
        if let tail, tail.used < Block.capacity { return tail }
        let block = Block()
        tail = block
        return block
    }

    private mutating func extend(_ bytes: UnsafeRawBufferPointer, owner: AnyObject) {
        guard let start = bytes.baseAddress else { return }
        count += bytes.count
        if let last = pieces.last, last.owner === owner, last.start + last.count == start {
            pieces[pieces.count - 1].count += bytes.count
        } else {
            pieces.append(Piece(start: start, count: bytes.count, owner: owner))
        }
    }

    /// Lends the first pieces to a vectored send.
    func withVectors<Answer>(_ body: (inout [iovec]) -> Answer) -> Answer {
        var vectors = pieces[first...].prefix(64).map {
            iovec(iov_base: UnsafeMutableRawPointer(mutating: $0.start), iov_len: $0.count)
        }
        return body(&vectors)
    }

    /// Drops bytes that the kernel took.
    mutating func drop(_ taken: Int) {
        precondition(taken <= count, "the kernel took \(taken) of \(count) bytes")
        count -= taken
        var left = taken
        while left > 0 {
            let part = min(left, pieces[first].count)
            pieces[first].start += part
            pieces[first].count -= part
            left -= part
            if pieces[first].count == 0 {
                pieces[first].owner = nil
                first += 1
            }
        }
        if first == pieces.count {
            removeAll()
        } else if first > 256 && first > pieces.count / 2 {
            pieces.removeFirst(first)
            first = 0
        }
    }

    mutating func removeAll() {
        pieces.removeAll(keepingCapacity: true)
        first = 0
        count = 0
        // A block with room serves the next messages too, unless it is nearly full.
        if let tail, tail.used > Block.capacity / 2 { self.tail = nil }
    }
}
