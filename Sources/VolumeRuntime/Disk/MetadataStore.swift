import ClusterModel
import LinuxIO
import Replication
import WireFormat

/// Writes metadata in the order the engine asked for, one write after the other: first everything the data device
/// reported as written is made stable, then the write itself (drbd-8.4 activity log, ordering rules).
final class MetadataStore {
    /// A run of bytes for the metadata device.
    private struct Part {
        var offset: UInt64
        var bytes: AlignedBuffer
        var length: Int
    }

    private struct Job {
        var parts: [Part]
        var completion: (DiskResult) -> Void
    }

    /// Pages that lie together are written in one go up to this length.
    private static let runLength = 1 << 20

    private let disk: RawDisk
    private let layout: MetadataLayout
    private let data: DataDisk
    private var jobs: [Job] = []
    private var isBusy = false
    private var isClosed = false

    init(_ disk: RawDisk, layout: MetadataLayout, data: DataDisk) {
        self.disk = disk
        self.layout = layout
        self.data = data
    }

    /// Whether nothing is under way or waiting.
    var isIdle: Bool { jobs.isEmpty && !isBusy }

    func store(_ superblock: Superblock, _ completion: @escaping (DiskResult) -> Void) {
        enqueue([part(superblock.encoded(), at: layout.superblockOffset)], completion)
    }

    func store(_ transaction: ActivityLogTransaction, _ completion: @escaping (DiskResult) -> Void) {
        enqueue([part(transaction.encoded(), at: layout.offset(ofTransaction: transaction.number))], completion)
    }

    /// Writes every block of the ring as initialised.
    func clearActivityLog(_ completion: @escaping (DiskResult) -> Void) {
        let block = ActivityLogBlock.initialisedBytes
        let parts = stride(from: layout.activityLog.offset, to: layout.activityLog.end, by: Self.runLength).map {
            start in
            let length = min(Int(layout.activityLog.end - start), Self.runLength)
            let buffer = AlignedBuffer(count: length)
            for place in stride(from: 0, to: length, by: block.count) {
                UnsafeMutableRawBufferPointer(rebasing: buffer.bytes[place..<place + block.count]).copyBytes(
                    from: block)
            }
            return Part(offset: start, bytes: buffer, length: length)
        }
        enqueue(parts, completion)
    }

    /// The words are copied at once, so that the engine's bitmap is not held on to.
    func store(_ pages: [BitmapPage], _ completion: @escaping (DiskResult) -> Void) {
        var parts: [Part] = []
        var run: [BitmapPage] = []
        for page in pages {
            let isNext = run.last.map { $0.index + 1 == page.index } ?? false
            if !isNext || run.count * Int(MetadataUnits.page) >= Self.runLength {
                if !run.isEmpty { parts.append(part(run)) }
                run = []
            }
            run.append(page)
        }
        if !run.isEmpty { parts.append(part(run)) }
        enqueue(parts, completion)
    }

    private func part(_ run: [BitmapPage]) -> Part {
        let page = Int(MetadataUnits.page)
        let buffer = AlignedBuffer(count: run.count * page)
        for (index, content) in run.enumerated() {
            content.words.withUnsafeBytes { words in
                let place = index * page..<index * page + words.count
                UnsafeMutableRawBufferPointer(rebasing: buffer.bytes[place]).copyMemory(from: words)
            }
        }
        return Part(offset: layout.bitmapPage(run[0].index).offset, bytes: buffer, length: run.count * page)
    }

    private func part(_ bytes: [UInt8], at offset: UInt64) -> Part {
        Part(offset: offset, bytes: AlignedBuffer(copying: bytes), length: bytes.count)
    }

    // MARK: The queue

    /// Nothing is begun any more; what is under way is not reported.
    func close() {
        isClosed = true
        jobs = []
    }

    private func enqueue(_ parts: [Part], _ completion: @escaping (DiskResult) -> Void) {
        guard !isClosed else { return }
        jobs.append(Job(parts: parts, completion: completion))
        if !isBusy { begin() }
    }

    private func begin() {
        guard !isClosed, !jobs.isEmpty else { return }
        isBusy = true
        let job = jobs.removeFirst()
        guard data.needsFlush else { return write(job) }
        data.flush { [self] result in
            guard result == .success else { return end(job, result) }
            write(job)
        }
    }

    /// A single block goes out with FUA; several go out together and are flushed.
    private func write(_ job: Job) {
        guard !isClosed, let first = job.parts.first else { return end(job, .success) }
        if job.parts.count == 1 {
            return disk.write(at: first.offset, from: first.bytes, 0..<first.length, isDurable: true) { [self] in
                end(job, DiskResult($0))
            }
        }
        var left = job.parts.count
        var failure = DiskResult.success
        for part in job.parts {
            disk.write(at: part.offset, from: part.bytes, 0..<part.length) { [self] result in
                left -= 1
                if case .failure(let error) = result { failure = .failed(errno: error.errno) }
                guard left == 0 else { return }
                guard failure == .success else { return end(job, failure) }
                disk.sync { [self] in end(job, DiskResult($0)) }
            }
        }
    }

    private func end(_ job: Job, _ result: DiskResult) {
        isBusy = false
        if !isClosed { job.completion(result) }
        if !isBusy { begin() }
    }
}
