import ClusterModel
import LinuxIO
import Replication

/// Writes that do not fill whole blocks of the device: the block is read, patched and written back, while no other
/// write is under way. Rare: a peer whose disk has smaller blocks than ours.
final class MisalignedWrites {
    private let disk: RawDisk
    private var underWay = 0
    private var waiting: [() -> Void] = []
    private var isExclusive = false

    init(_ disk: RawDisk) {
        self.disk = disk
    }

    /// Runs an ordinary write, now or as soon as no patching is under way. It calls `done` when it is over.
    func whenIdle(_ range: ByteRange, _ write: @escaping (_ done: @escaping () -> Void) -> Void) {
        guard !isExclusive && waiting.isEmpty else {
            waiting.append { [self] in start(write) }
            return
        }
        start(write)
    }

    private func start(_ write: (@escaping () -> Void) -> Void) {
        underWay += 1
        write { [self] in
            underWay -= 1
            if !waiting.isEmpty { next() }
        }
    }

    /// Patches a range: `fill` puts the new bytes into the memory it is given, which is as long as the range.
    func write(
        _ range: ByteRange, fua: Bool, _ fill: @escaping (UnsafeMutableRawBufferPointer) -> Void,
        _ completion: @escaping (DiskResult) -> Void
    ) {
        waiting.append { [self] in patch(range, fua, fill, completion) }
        next()
    }

    private func next() {
        while !isExclusive, let first = waiting.first {
            // A patch waits for everything before it; an ordinary write behind it waits for the patch.
            guard underWay == 0 else { return }
            waiting.removeFirst()
            first()
        }
    }

    private func patch(
        _ range: ByteRange, _ fua: Bool, _ fill: @escaping (UnsafeMutableRawBufferPointer) -> Void,
        _ completion: @escaping (DiskResult) -> Void
    ) {
        isExclusive = true
        let outer = range.widened(to: UInt64(disk.logicalBlockSize))
        let bounce = AlignedBuffer(count: Int(outer.length))
        let finish: (DiskResult) -> Void = { [self] result in
            isExclusive = false
            completion(result)
            next()
        }
        disk.read(at: outer.offset, into: bounce, 0..<Int(outer.length)) { [self] result in
            guard case .success = result else { return finish(DiskResult(result)) }
            let start = Int(range.offset - outer.offset)
            fill(UnsafeMutableRawBufferPointer(rebasing: bounce.bytes[start..<start + Int(range.length)]))
            disk.write(at: outer.offset, from: bounce, 0..<Int(outer.length), isDurable: fua) { finish(DiskResult($0)) }
        }
    }
}
