import Glibc
import LinuxIO

/// Bytes coming out of a connection: read in large gulps, looked at in place; bulk data that has not been read yet
/// goes straight into the buffer it belongs in. Used by one thread.
final class IncomingStream {
    private let storage: UnsafeMutableRawBufferPointer
    private var start = 0
    private var end = 0
    /// All bytes ever received.
    private(set) var received: UInt64 = 0

    /// - Parameter capacity: the longest structure that has to be looked at in one piece, and the size of a gulp.
    init(capacity: Int) {
        storage = .allocate(byteCount: capacity, alignment: 16)
    }

    deinit { storage.deallocate() }

    /// Bytes read and not consumed.
    var available: Int { end - start }

    /// The bytes read and not consumed. Valid until the next call that changes this object.
    var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: storage[start..<end]) }

    /// A copy of the first bytes, which must be there.
    func prefix(_ count: Int) -> [UInt8] {
        precondition(count <= available, "looking at \(count) bytes of \(available)")
        return [UInt8](bytes.prefix(count))
    }

    func consume(_ count: Int) {
        precondition(count <= available, "consuming \(count) bytes of \(available)")
        start += count
        if start == end {
            start = 0
            end = 0
        }
    }

    /// Puts bytes that were consumed in advance back into the empty stream.
    func putBack(_ bytes: [UInt8]) {
        precondition(available == 0 && bytes.count <= storage.count, "putting \(bytes.count) bytes before \(available)")
        storage.copyBytes(from: bytes)
        end = bytes.count
    }

    /// Moves bytes that were read already into a buffer; returns how many.
    func take(into target: UnsafeMutableRawBufferPointer) -> Int {
        let count = min(available, target.count)
        guard count > 0 else { return 0 }
        target.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[..<count]))
        consume(count)
        return count
    }

    /// Reads as much as there is room for; false where nothing is there now, or never again. A full stream must be consumed first.
    func fill(from connection: StreamConnection) -> Bool {
        if start > 0 { compact() }
        precondition(end < storage.count, "a stream of \(storage.count) bytes is full and nobody takes from it")
        let room = UnsafeMutableRawBufferPointer(rebasing: storage[end...])
        guard let count = connection.receive(into: room) else { return false }
        end += count
        received += UInt64(count)
        return true
    }

    /// Reads straight into a buffer and returns how much came; nil where nothing is there. Only while the stream is empty.
    func receive(directly target: UnsafeMutableRawBufferPointer, from connection: StreamConnection) -> Int? {
        precondition(available == 0, "reading past \(available) bytes that came first")
        guard let count = connection.receive(into: target) else { return nil }
        received += UInt64(count)
        return count
    }

    private func compact() {
        let count = end - start
        if count > 0, let base = storage.baseAddress { memmove(base, base + start, count) }
        start = 0
        end = count
    }
}
