import ClusterModel
import Replication

extension EngineProcess {
    /// Carries out one operation on the data device.
    func performDisk(_ effect: VolumeEffect) {
        guard !isDetached else { return }
        switch effect {
        case .readDisk(let id, let range, let buffer):
            disk.read(blocks(range), answering(id) { [self] in buffers[buffer] = $0 })
        case .writeDisk(let id, let range, let buffer, let fua):
            let tokens = buffers[buffer]
            precondition(
                tokens.count == blocks(range).count, "\(label) writes \(tokens.count) blocks of memory to \(range)")
            disk.write(blocks(range).lowerBound, tokens, fua: fua, answering(id))
        case .zeroDisk(let id, let range, _):
            disk.write(
                blocks(range).lowerBound, [UInt64](repeating: 0, count: blocks(range).count), fua: false,
                answering(id))
        case .discardDisk(let id, _):
            // A device may keep what was discarded.
            let answer: (DiskResult) -> Void = answering(id)
            world.scheduler.after(.microseconds(100)) { answer(.success) }
        case .flushDisk(let id):
            disk.flush(answering(id))
        default:
            preconditionFailure("no operation of the data device: \(effect)")
        }
    }

    private func answering(_ id: DiskOperationID) -> (DiskResult) -> Void {
        let before = generation
        return { [weak self] result in
            guard let self, before == generation else { return }
            hear(.diskCompleted(id, result))
        }
    }

    private func answering(
        _ id: DiskOperationID, _ take: @escaping ([UInt64]) -> Void
    ) -> (DiskResult, [UInt64]) -> Void {
        let before = generation
        return { [weak self] result, tokens in
            guard let self, before == generation else { return }
            if result == .success { take(tokens) }
            hear(.diskCompleted(id, result))
        }
    }

    private func blocks(_ range: ByteRange) -> Range<Int> {
        let block = WorldSettings.block
        precondition(
            range.offset % block == 0 && range.length % block == 0 && range.end <= UInt64(disk.blockCount) * block,
            "\(label) asks for \(range) of a disk of \(disk.blockCount) blocks, whose users only know whole ones")
        return Int(range.offset / block)..<Int(range.end / block)
    }
}
