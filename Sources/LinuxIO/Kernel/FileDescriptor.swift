import CLinux
import Glibc

/// One open descriptor, owned by exactly one holder and closed exactly once.
///
/// `close()` is for the case where its failure matters (written data); everybody else lets it go out of scope.
package struct FileDescriptor: ~Copyable, Sendable {
    /// The number, to lend to a call. It is valid while this value lives.
    package let raw: Int32

    /// Takes over a descriptor that nobody else will close.
    package init(owning raw: Int32) {
        precondition(raw >= 0, "a descriptor cannot be \(raw)")
        self.raw = raw
    }

    deinit {
        // Nobody is left to tell about a failure, and Linux frees the number in any case.
        _ = Glibc.close(raw)
    }

    /// Opens a path; close-on-exec is always set.
    package static func open(_ path: String, _ flags: Int32, mode: mode_t = 0o600) throws(SystemError) -> FileDescriptor
    {
        let raw = try SystemCall.run("open", path) { Glibc.open(path, flags | O_CLOEXEC, mode) }
        return FileDescriptor(owning: raw)
    }

    /// The contents of a small file, at most `limit` bytes of it. Waits for the disk.
    package static func contents(of path: String, limit: Int = 1 << 20) throws(SystemError) -> [UInt8] {
        let file = try open(path, O_RDONLY)
        return try file.readAll(limit: limit)
    }

    /// Closes now and reports what close reported, e.g. a write that failed late. The number is free in any case.
    package consuming func close() throws(SystemError) {
        let number = raw
        discard self
        guard Glibc.close(number) == -1 else { return }
        let failure = errno
        if failure != EINTR { throw SystemCall.error(failure, "close", "descriptor \(number)") }
    }

    /// Gives the number away to somebody who will close it.
    package consuming func release() -> Int32 {
        let number = raw
        discard self
        return number
    }

    /// A second descriptor of the same open file.
    package borrowing func duplicate() throws(SystemError) -> FileDescriptor {
        let number = raw
        return FileDescriptor(
            owning: try SystemCall.run("duplicate a descriptor") { fcntl(number, F_DUPFD_CLOEXEC, 3) })
    }

    /// Reads what is there, at most the buffer's size. Zero is the end; nil: nothing yet (non-blocking descriptors).
    package borrowing func read(into buffer: UnsafeMutableRawBufferPointer) throws(SystemError) -> Int? {
        let number = raw
        return try SystemCall.unlessBlocking("read") { Glibc.read(number, buffer.baseAddress, buffer.count) }
    }

    /// Writes what fits and says how much; nil: nothing fits now (non-blocking descriptors).
    package borrowing func write(_ bytes: UnsafeRawBufferPointer) throws(SystemError) -> Int? {
        let number = raw
        return try SystemCall.unlessBlocking("write") { Glibc.write(number, bytes.baseAddress, bytes.count) }
    }

    /// Writes what fits of an array and says how much; nil: nothing fits now.
    package borrowing func write(_ bytes: [UInt8]) throws(SystemError) -> Int? {
        let number = raw
        return try SystemCall.unlessBlocking("write") {
            bytes.withUnsafeBytes { Glibc.write(number, $0.baseAddress, $0.count) }
        }
    }

    /// Reads at most `limit` bytes: less only at the end, or where a non-blocking descriptor has no more now.
    package borrowing func readAll(limit: Int) throws(SystemError) -> [UInt8] {
        var bytes: [UInt8] = []
        let number = raw
        var chunk = [UInt8](repeating: 0, count: min(limit, 65536))
        while bytes.count < limit {
            let room = min(chunk.count, limit - bytes.count)
            let count = try SystemCall.unlessBlocking("read") {
                chunk.withUnsafeMutableBytes { Glibc.read(number, $0.baseAddress, room) }
            }
            guard let count, count > 0 else { break }
            bytes += chunk[..<count]
        }
        return bytes
    }
}
