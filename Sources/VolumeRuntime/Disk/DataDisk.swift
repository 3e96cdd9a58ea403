import CLinux
import ClusterModel
import Glibc
import LinuxIO
import Replication

/// The device that carries the data, as the engine sees it: any range of whole sectors, zeroing and discarding by
/// whatever means there are, and the memory of whether something waits for a flush.
final class DataDisk {
    typealias Completion = (DiskResult) -> Void

    let disk: RawDisk
    private let misaligned: MisalignedWrites
    private var writesCompleted: UInt64 = 0
    private var writesFlushed: UInt64 = 0
    private var canPunch = true
    private var canZero = true

    /// Written zeroes go out in pieces of this size where the device has nothing better.
    private static let zeroPiece = 1 << 20

    init(_ disk: RawDisk) {
        self.disk = disk
        misaligned = MisalignedWrites(disk)
    }

    /// Whether a completed write may still be lost by a power cut.
    var needsFlush: Bool { writesCompleted != writesFlushed }

    // MARK: Reading and writing

    func read(_ range: ByteRange, into buffer: AlignedBuffer, _ completion: @escaping Completion) {
        guard isAligned(range) else { return readMisaligned(range, buffer, completion) }
        disk.read(at: range.offset, into: buffer, 0..<Int(range.length)) { completion(DiskResult($0)) }
    }

    func write(_ range: ByteRange, from buffer: AlignedBuffer, fua: Bool, _ completion: @escaping Completion) {
        let finish: Completion = { [self] result in
            if !fua || result != .success { writesCompleted += 1 }
            completion(result)
        }
        guard isAligned(range) else {
            return misaligned.write(
                range, fua: fua, { $0.copyMemory(from: UnsafeRawBufferPointer(rebasing: buffer.bytes[..<$0.count])) },
                finish)
        }
        misaligned.whenIdle(range) { [self] done in
            disk.write(at: range.offset, from: buffer, 0..<Int(range.length), isDurable: fua) {
                done()
                finish(DiskResult($0))
            }
        }
    }

    private func readMisaligned(_ range: ByteRange, _ buffer: AlignedBuffer, _ completion: @escaping Completion) {
        let outer = range.widened(to: UInt64(disk.logicalBlockSize))
        let bounce = AlignedBuffer(count: Int(outer.length))
        disk.read(at: outer.offset, into: bounce, 0..<Int(outer.length)) { result in
            let start = Int(range.offset - outer.offset)
            let part = UnsafeRawBufferPointer(rebasing: bounce.bytes[start..<start + Int(range.length)])
            if case .success = result { buffer.bytes.copyMemory(from: part) }
            completion(DiskResult(result))
        }
    }

    private func isAligned(_ range: ByteRange) -> Bool {
        range.offset.isMultiple(of: UInt64(disk.logicalBlockSize))
            && range.length.isMultiple(of: UInt64(disk.logicalBlockSize))
    }

    // MARK: Zeroing

    /// Makes a range read as zeroes.
    func zero(_ range: ByteRange, mayUnmap: Bool, _ completion: @escaping Completion) {
        let finish: Completion = { [self] result in
            writesCompleted += 1
            completion(result)
        }
        guard isAligned(range) else { return zeroByWriting(range, finish) }
        misaligned.whenIdle(range) { [self] done in
            zeroAligned(range, mayUnmap: mayUnmap) {
                done()
                finish($0)
            }
        }
    }

    private func zeroAligned(_ range: ByteRange, mayUnmap: Bool, _ completion: @escaping Completion) {
        if mayUnmap && canPunch {
            disk.punchHole(range) { [self] result in
                guard isUnsupported(result) else { return completion(DiskResult(result)) }
                canPunch = false
                zeroAligned(range, mayUnmap: false, completion)
            }
        } else if canZero {
            disk.zero(range) { [self] result in
                guard isUnsupported(result) else { return completion(DiskResult(result)) }
                canZero = false
                zeroAligned(range, mayUnmap: false, completion)
            }
        } else {
            zeroByWriting(range, completion)
        }
    }

    private func zeroByWriting(_ range: ByteRange, _ completion: @escaping Completion) {
        let piece = ByteRange(offset: range.offset, length: min(range.length, UInt64(Self.zeroPiece)))
        let rest = ByteRange(offset: piece.end, length: range.length - piece.length)
        write(piece, from: AlignedBuffer(count: Int(piece.length)), fua: false) { [self] result in
            guard result == .success, !rest.isEmpty else { return completion(result) }
            zeroByWriting(rest, completion)
        }
    }

    /// Gives a range back to the device. Where that is not possible the contents simply stay, which is allowed.
    func discard(_ range: ByteRange, _ completion: @escaping Completion) {
        guard canPunch, isAligned(range) else { return completion(.success) }
        misaligned.whenIdle(range) { [self] done in
            disk.punchHole(range) { [self] result in
                done()
                writesCompleted += 1
                guard isUnsupported(result) else { return completion(DiskResult(result)) }
                canPunch = false
                completion(.success)
            }
        }
    }

    private func isUnsupported(_ result: Result<Void, SystemError>) -> Bool {
        guard case .failure(let error) = result else { return false }
        return [EOPNOTSUPP, ENOTTY, ENOSYS].contains(error.errno)
    }

    // MARK: Flushing

    /// Makes every write that completed before stable.
    func flush(_ completion: @escaping Completion) {
        let covered = writesCompleted
        disk.sync { [self] result in
            if case .success = result { writesFlushed = max(writesFlushed, covered) }
            completion(DiskResult(result))
        }
    }
}

extension DiskResult {
    init(_ result: Result<Void, SystemError>) {
        switch result {
        case .success: self = .success
        case .failure(let error): self = .failed(errno: error.errno)
        }
    }
}

extension ByteRange {
    /// The smallest range of whole blocks that holds this one.
    func widened(to block: UInt64) -> ByteRange {
        let start = offset / block * block
        let stop = (end + block - 1) / block * block
        return ByteRange(offset: start, length: stop - start)
    }
}
