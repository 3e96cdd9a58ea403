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
        /// Made only when their turn comes: a whole bitmap is not doubled in memory.
        var parts: [() -> Part]
        var completion: (DiskResult) -> Void
        var begun = 0
        var underWay = 0
        var failure: DiskResult?
    }

    /// Pages that lie together are written in one go up to this length.
    private static let runLength = 1 << 20
    private static let partsAtOnce = 4

    private let disk: RawDisk
    private let layout: MetadataLayout
    private let data: DataDisk
    private var jobs: [Job] = []
    /// The job of several parts that is being written.
    private var running: Job?
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
        let place = layout.superblockOffset
        enqueue([{ Self.part(superblock.encoded(), at: place) }], completion)
    }

    func store(_ transaction: ActivityLogTransaction, _ completion: @escaping (DiskResult) -> Void) {
        let place = layout.offset(ofTransaction: transaction.number)
        enqueue([{ Self.part(transaction.encoded(), at: place) }], completion)
    }

    /// Writes every block of the ring as initialised.
    func clearActivityLog(_ completion: @escaping (DiskResult) -> Void) {
        let log = layout.activityLog
        let parts = stride(from: log.offset, to: log.end, by: Self.runLength).map { start in
            { Self.initialisedPart(start, length: min(Int(log.end - start), Self.runLength)) }
        }
        enqueue(parts, completion)
    }

    private static func initialisedPart(_ start: UInt64, length: Int) -> Part {
        let block = ActivityLogBlock.initialisedBytes
        let buffer = AlignedBuffer(count: length)
        for place in stride(from: 0, to: length, by: block.count) {
            UnsafeMutableRawBufferPointer(rebasing: buffer.bytes[place..<place + block.count]).copyBytes(from: block)
        }
        return Part(offset: start, bytes: buffer, length: length)
    }

    func store(_ pages: [BitmapPage], _ completion: @escaping (DiskResult) -> Void) {
        var runs: [[BitmapPage]] = []
        for page in pages {
            let last = runs.last?.last
            let isFull = (runs.last?.count ?? 0) * Int(MetadataUnits.page) >= Self.runLength
            if let last, last.index + 1 == page.index, !isFull {
                runs[runs.count - 1].append(page)
            } else {
                runs.append([page])
            }
        }
        enqueue(runs.map { run in { [layout] in Self.part(run, layout) } }, completion)
    }

    private static func part(_ run: [BitmapPage], _ layout: MetadataLayout) -> Part {
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

    private static func part(_ bytes: [UInt8], at offset: UInt64) -> Part {
        Part(offset: offset, bytes: AlignedBuffer(copying: bytes), length: bytes.count)
    }

    // MARK: The queue

    /// Nothing is begun any more; what is under way is not reported.
    func close() {
        isClosed = true
        jobs = []
    }

    private func enqueue(_ parts: [() -> Part], _ completion: @escaping (DiskResult) -> Void) {
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

    /// A single part goes out with FUA; several go out together and are flushed.
    private func write(_ job: Job) {
        guard !isClosed, let first = job.parts.first else { return end(job, .success) }
        if job.parts.count > 1 { return writeMany(job) }
        let part = first()
        disk.write(at: part.offset, from: part.bytes, 0..<part.length, isDurable: true) { [self] in
            end(job, DiskResult($0))
        }
    }

    private func writeMany(_ job: Job) {
        running = job
        advance()
    }

    /// Begins further parts, and flushes after the last.
    private func advance() {
        guard var job = running else { return }
        var begun: [Part] = []
        while job.failure == nil, job.underWay < Self.partsAtOnce, job.begun < job.parts.count {
            begun.append(job.parts[job.begun]())
            job.begun += 1
            job.underWay += 1
        }
        running = job.underWay == 0 ? nil : job
        for part in begun {
            disk.write(at: part.offset, from: part.bytes, 0..<part.length) { [self] in partWritten(DiskResult($0)) }
        }
        guard job.underWay == 0 else { return }
        if let failure = job.failure { return end(job, failure) }
        disk.sync { [self] in end(job, DiskResult($0)) }
    }

    private func partWritten(_ result: DiskResult) {
        running?.underWay -= 1
        if result != .success { running?.failure = result }
        advance()
    }

    private func end(_ job: Job, _ result: DiskResult) {
        isBusy = false
        if !isClosed { job.completion(result) }
        if !isBusy { begin() }
    }
}
