import CLinux
import ClusterModel
import Glibc

/// A partition, disk or file, read and written without the page cache, by one owner at a time.
///
/// Offsets and lengths are whole logical blocks inside the size; callers check outside requests first.
package final class RawDisk {
    package enum Access: Hashable, Sendable {
        case readOnly
        case readWrite
    }

    package typealias Completion = (Result<Void, SystemError>) -> Void

    package let path: String
    /// Bytes. A device may grow while it is open: see `refreshSize`.
    package private(set) var size: UInt64
    /// The unit of all offsets and lengths, in bytes.
    package let logicalBlockSize: Int
    package let isBlockDevice: Bool
    /// Whether the page cache is really left out; some file-systems cannot.
    package let isDirect: Bool

    let descriptor: FileDescriptor
    private let ring: IOUring?

    /// Opens a device or file for exclusive use: nobody else can mount or open it so.
    ///
    /// - Parameters:
    ///   - path: the device node or file.
    ///   - access: read-only opening is not exclusive.
    ///   - ring: serves the asynchronous calls; nil where only the synchronous ones are used.
    /// - Throws: `EBUSY` for a device in use (mounted, swap, part of an array or of LVM), `EWOULDBLOCK` for a file that
    /// another process has locked, `EROFS` for a write-protected device, `ENOTBLK` for anything that is neither
    /// device nor file.
    package init(_ path: String, access: Access, ring: IOUring?) throws(SystemError) {
        var facts = stat()
        try SystemCall.run("find", path) { stat(path, &facts) }
        isBlockDevice = facts.st_mode & S_IFMT == S_IFBLK
        guard isBlockDevice || facts.st_mode & S_IFMT == S_IFREG else {
            throw SystemError(errno: ENOTBLK, operation: "use as a disk", subject: path)
        }
        descriptor = try Self.open(path, access, isBlockDevice: isBlockDevice)
        isDirect = fcntl(descriptor.raw, F_GETFL) & clinux_O_DIRECT != 0
        if access == .readWrite {
            if isBlockDevice {
                try Self.checkWritable(descriptor.raw, path)
            } else {
                try Self.lock(descriptor.raw, path)
            }
        }
        size = try Self.size(of: descriptor.raw, path, isBlockDevice: isBlockDevice)
        logicalBlockSize = try Self.blockSize(of: descriptor.raw, path, isBlockDevice: isBlockDevice)
        self.path = path
        self.ring = ring
    }

    // MARK: Opening

    private static func open(
        _ path: String, _ access: Access, isBlockDevice: Bool
    ) throws(SystemError) -> FileDescriptor {
        let flags = access == .readOnly ? O_RDONLY : O_RDWR | (isBlockDevice ? O_EXCL : 0)
        do {
            return try FileDescriptor.open(path, flags | clinux_O_DIRECT)
        } catch  where error.errno == EINVAL {
            return try FileDescriptor.open(path, flags)
        } catch  where error.errno == EBUSY {
            throw error.advising("it is in use: mounted, swap, part of an array, or held by another program")
        }
    }

    private static func lock(_ number: Int32, _ path: String) throws(SystemError) {
        do {
            try SystemCall.run("lock", path) { flock(number, LOCK_EX | LOCK_NB) }
        } catch  where error.errno == EWOULDBLOCK {
            throw error.advising("another program uses it")
        }
    }

    /// The kernel opens a write-protected device for writing without complaint; every write would fail.
    private static func checkWritable(_ number: Int32, _ path: String) throws(SystemError) {
        var flag: Int32 = 0
        try SystemCall.run("read the state of", path) { clinux_device_is_read_only(number, &flag) }
        if flag != 0 { throw SystemError(errno: EROFS, operation: "write to", subject: path) }
    }

    private static func size(of number: Int32, _ path: String, isBlockDevice: Bool) throws(SystemError) -> UInt64 {
        if isBlockDevice {
            var bytes: UInt64 = 0
            try SystemCall.run("read the size of", path) { clinux_device_size(number, &bytes) }
            return bytes
        }
        var facts = stat()
        try SystemCall.run("read the size of", path) { fstat(number, &facts) }
        return UInt64(facts.st_size)
    }

    private static func blockSize(of number: Int32, _ path: String, isBlockDevice: Bool) throws(SystemError) -> Int {
        if isBlockDevice {
            var bytes: Int32 = 0
            try SystemCall.run("read the block size of", path) { clinux_logical_block_size(number, &bytes) }
            return Int(bytes)
        }
        var memory: UInt32 = 0
        var offset: UInt32 = 0
        // Unknown to kernels before 6.1 and some file-systems; 512 is what their files mean then.
        guard clinux_direct_alignment(number, &memory, &offset) == 0 else { return 512 }
        return max(512, Int(max(memory, offset)))
    }

    /// Reads the size anew, after a device or file grew.
    package func refreshSize() throws(SystemError) {
        size = try Self.size(of: descriptor.raw, path, isBlockDevice: isBlockDevice)
    }

    // MARK: Asynchronous

    /// Fills a part of a buffer from an offset.
    package func read(
        at offset: UInt64, into buffer: AlignedBuffer, _ part: Range<Int>, _ completion: @escaping Completion
    ) {
        check(offset, buffer, part)
        transfer(.read, buffer, part, offset, completion)
    }

    /// Writes a part of a buffer at an offset; it must not change until the completion.
    ///
    /// - Parameters:
    ///   - offset: the place, in bytes.
    ///   - buffer: holds the bytes.
    ///   - part: which of them.
    ///   - isDurable: whether completion means "on stable storage", as a block layer's FUA does.
    ///   - completion: called once all is written, or an error stands.
    package func write(
        at offset: UInt64, from buffer: AlignedBuffer, _ part: Range<Int>, isDurable: Bool = false,
        _ completion: @escaping Completion
    ) {
        check(offset, buffer, part)
        transfer(isDurable ? .durableWrite : .write, buffer, part, offset, completion)
    }

    /// Makes every write that completed before durable (`fdatasync`, a block layer's FLUSH).
    package func sync(_ completion: @escaping Completion) {
        existingRing.sync(descriptor.raw) { [self] result in
            completion(outcome(result, "flush", path))
        }
    }

    /// Makes a range read as zeroes, by whatever means the device has.
    package func zero(_ range: ByteRange, _ completion: @escaping Completion) {
        allocate(clinux_FALLOC_ZERO_RANGE | clinux_FALLOC_KEEP_SIZE, range, "zero", completion)
    }

    /// Gives a range's storage back; it reads as zeroes afterwards. Fails with `EOPNOTSUPP` where that cannot be had
    /// for nothing.
    ///
    /// A plain discard would leave the contents undefined, and two copies that differ: this never does that.
    package func punchHole(_ range: ByteRange, _ completion: @escaping Completion) {
        allocate(clinux_FALLOC_PUNCH_HOLE | clinux_FALLOC_KEEP_SIZE, range, "discard", completion)
    }

    private enum Kind {
        case read
        case write
        case durableWrite
    }

    private func transfer(
        _ kind: Kind, _ buffer: AlignedBuffer, _ part: Range<Int>, _ offset: UInt64, _ completion: @escaping Completion
    ) {
        let finish: IOUring.Completion = { [self] result in
            if result > 0 && result < part.count {
                let rest = part.lowerBound + Int(result)..<part.upperBound
                transfer(kind, buffer, rest, offset + UInt64(result), completion)
            } else if result == -EINTR || result == -EAGAIN {
                transfer(kind, buffer, part, offset, completion)
            } else {
                // No progress and no error: the device ends before its size says so.
                let verb: StaticString = kind == .read ? "read from" : "write to"
                completion(outcome(result == 0 ? -EIO : result, verb, "\(path) at \(offset)+\(part.count)"))
            }
        }
        let memory = UnsafeMutableRawBufferPointer(rebasing: buffer.bytes[part])
        switch kind {
        case .read:
            existingRing.read(descriptor.raw, into: memory, at: offset, finish)
        case .write, .durableWrite:
            existingRing.write(
                descriptor.raw, from: UnsafeRawBufferPointer(memory), at: offset, isDurable: kind == .durableWrite,
                finish)
        }
    }

    private func allocate(_ mode: Int32, _ range: ByteRange, _ verb: StaticString, _ completion: @escaping Completion) {
        precondition(range.isInside(size: size) && !range.isEmpty, "\(range) is outside of \(path), \(size) bytes")
        existingRing.allocate(descriptor.raw, mode: mode, range) { [self] result in
            if result == -EINTR || result == -EAGAIN {
                allocate(mode, range, verb, completion)
            } else {
                completion(outcome(result, verb, "\(path) at \(range)"))
            }
        }
    }

    private func outcome(
        _ result: Int32, _ operation: StaticString, _ subject: @autoclosure () -> String
    ) -> Result<Void, SystemError> {
        result >= 0 ? .success(()) : .failure(SystemCall.error(-result, operation, subject()))
    }

    private var existingRing: IOUring {
        guard let ring else { preconditionFailure("\(path) was opened without a ring") }
        return ring
    }

    private func check(_ offset: UInt64, _ buffer: AlignedBuffer, _ part: Range<Int>) {
        let block = UInt64(logicalBlockSize)
        precondition(
            !part.isEmpty && part.lowerBound >= 0 && part.upperBound <= buffer.count
                && offset.isMultiple(of: block) && UInt64(part.count).isMultiple(of: block)
                && part.lowerBound.isMultiple(of: logicalBlockSize),
            "\(offset) with \(part) of a buffer of \(buffer.count) is not made of blocks of \(block) bytes")
        precondition(
            ByteRange(offset: offset, length: UInt64(part.count)).isInside(size: size),
            "\(offset)+\(part.count) is outside of \(path), \(size) bytes")
    }
}
