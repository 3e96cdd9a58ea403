import CLinux
import ClusterModel
import Glibc

/// For start-up and tools: each call waits for the disk, so a running loop never makes one.
extension RawDisk {
    /// Reads any range inside the size, whole blocks or not.
    package func readNow(_ range: ByteRange) throws(SystemError) -> [UInt8] {
        guard range.isInside(size: size) else {
            throw SystemError(errno: EINVAL, operation: "read outside of", subject: "\(path) at \(range)")
        }
        guard !range.isEmpty else { return [] }
        let block = UInt64(logicalBlockSize)
        let start = range.offset / block * block
        // The last block of a file may be cut short: read what there is of it.
        let end = min((range.end + block - 1) / block * block, max(size, range.end))
        let buffer = AlignedBuffer(count: Int(end - start + block))
        let number = descriptor.raw
        let wanted = Int(range.end - start)
        var done = 0
        while done < wanted {
            let room = Int((UInt64(wanted - done) + block - 1) / block * block)
            let count = try SystemCall.run("read from", "\(path) at \(range)") {
                pread(number, buffer.bytes.baseAddress.map { $0 + done }, room, off_t(start) + off_t(done))
            }
            guard count > 0 else {
                throw SystemError(errno: EIO, operation: "read from", subject: "\(path) at \(range)")
            }
            done += count
        }
        return buffer.copy(Int(range.offset - start)..<wanted)
    }

    /// Writes whole blocks.
    package func writeNow(_ bytes: [UInt8], at offset: UInt64) throws(SystemError) {
        let range = ByteRange(offset: offset, length: UInt64(bytes.count))
        guard range.isInside(size: size), bytes.count.isMultiple(of: logicalBlockSize),
            offset.isMultiple(of: UInt64(logicalBlockSize)), !bytes.isEmpty
        else {
            throw SystemError(
                errno: EINVAL, operation: "write other than whole blocks of", subject: "\(path) at \(range)")
        }
        let buffer = AlignedBuffer(copying: bytes)
        let number = descriptor.raw
        var done = 0
        while done < bytes.count {
            let count = try SystemCall.run("write to", "\(path) at \(range)") {
                pwrite(
                    number, buffer.bytes.baseAddress.map { $0 + done }, bytes.count - done, off_t(offset) + off_t(done))
            }
            guard count > 0 else {
                throw SystemError(errno: EIO, operation: "write to", subject: "\(path) at \(range)")
            }
            done += count
        }
    }

    /// Makes everything written durable.
    package func syncNow() throws(SystemError) {
        let number = descriptor.raw
        try SystemCall.run("flush", path) { fdatasync(number) }
    }

    /// Tells a device that a range holds nothing any more; its contents are undefined afterwards. For a disk about to
    /// be made new.
    package func discardNow(_ range: ByteRange) throws(SystemError) {
        precondition(range.isInside(size: size), "\(range) is outside of \(path), \(size) bytes")
        let number = descriptor.raw
        try SystemCall.run("discard", "\(path) at \(range)") {
            isBlockDevice
                ? clinux_discard(number, range.offset, range.length)
                : clinux_fallocate(
                    number, clinux_FALLOC_PUNCH_HOLE | clinux_FALLOC_KEEP_SIZE, range.offset, range.length)
        }
    }
}
