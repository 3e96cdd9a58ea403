import ClusterModel
import Replication

/// The metadata device of one copy: superblock, activity log ring and bitmap, as they lie on stable storage, and the queue
/// that writes them as `VolumeEvent` promises: one after the other, each after a flush of the data.
///
/// A power cut during a write leaves the superblock old or new, a block of the ring old, new or torn, and each page of the
/// bitmap old or new.
final class MetadataArea {
    private struct Job {
        var content: Content
        var completion: (DiskResult) -> Void
    }

    enum Content {
        case superblock(Superblock)
        case transaction(ActivityLogTransaction)
        case clearRing
        case pages([BitmapPage])
    }

    let layout: MetadataLayout
    private(set) var superblock: Superblock
    private(set) var ring: [ActivityLogBlock]
    private(set) var words: [UInt64]
    private var jobs: [Job] = []
    private var isBusy = false
    private var isWriting = false
    private var generation = 0
    private var dice: Dice
    private unowned let world: World
    private unowned let data: SimulatedDisk

    init(data: SimulatedDisk, in world: World, label: String) {
        self.world = world
        self.data = data
        dice = Dice(seed: world.settings.seed, label)
        let bitmapBytes = MetadataUnits.bitmapBytes(sectors: UInt64(data.blockCount) * 8)
        do {
            // 1 MiB is the least metadata device that the kernel's driver takes.
            layout = try MetadataLayout(kind: .flexibleExternal, deviceBytes: max(1 << 20, bitmapBytes + (64 << 10)))
        } catch {
            preconditionFailure("a metadata device for \(data.blockCount) blocks has no layout: \(error)")
        }
        superblock = Superblock(creating: layout)
        ring = [ActivityLogBlock](repeating: .initialised, count: Int(layout.ring.blocks))
        words = [UInt64](repeating: 0, count: Int(bitmapBytes / 8))
    }

    /// Metadata as just created, on a new disk.
    func recreate() {
        losePower()
        superblock = Superblock(creating: layout)
        ring = ring.map { _ in .initialised }
        words = words.map { _ in 0 }
    }

    /// The record of two copies that are in sync, before the world starts.
    func start(with superblock: Superblock) {
        self.superblock = superblock
    }

    // MARK: Writing

    func store(_ content: Content, _ completion: @escaping (DiskResult) -> Void) {
        jobs.append(Job(content: content, completion: completion))
        if !isBusy { begin() }
    }

    private func begin() {
        guard let job = jobs.first else { return }
        isBusy = true
        let before = generation
        guard data.needsFlush, !world.isSabotaged(.skipFlushBeforeMetadata) else { return write(job) }
        data.flush { [self] result in
            guard before == generation else { return }
            result == .success ? write(job) : end(job, result)
        }
    }

    private func write(_ job: Job) {
        isWriting = true
        let before = generation
        world.scheduler.after(latency(job.content)) { [self] in
            guard before == generation else { return }
            isWriting = false
            guard data.health != .dead else { return end(job, .failed(errno: 5)) }
            apply(job.content)
            end(job, .success)
        }
    }

    private func latency(_ content: Content) -> Duration {
        let pages = if case .pages(let pages) = content { pages.count } else { 1 }
        let time = dice.duration(.microseconds(80)...(.milliseconds(1))) + .microseconds(20 * Int64(pages))
        return time * data.slowness
    }

    private func end(_ job: Job, _ result: DiskResult) {
        jobs.removeFirst()
        isBusy = false
        job.completion(result)
        if !isBusy { begin() }
    }

    private func apply(_ content: Content) {
        switch content {
        case .superblock(let new):
            superblock = new
        case .transaction(let transaction):
            ring[Int(layout.ring.block(ofTransaction: transaction.number))] = .transaction(transaction)
        case .clearRing:
            ring = ring.map { _ in .initialised }
        case .pages(let pages):
            for page in pages { apply(page) }
        }
    }

    private func apply(_ page: BitmapPage) {
        let start = page.index * MetadataUnits.wordsPerPage
        for (offset, word) in page.words.enumerated() { words[start + offset] = word }
    }

    // MARK: Accidents

    /// Power is gone: the write under way is done, half done or not done; those behind it never were.
    func losePower() {
        if isWriting, let job = jobs.first { tear(job.content) }
        forgetRequester(finishing: false)
    }

    /// The process is gone; what it had given to the kernel is carried out.
    func forgetRequester(finishing: Bool) {
        if finishing, isWriting, let job = jobs.first { apply(job.content) }
        generation += 1
        jobs = []
        isBusy = false
        isWriting = false
    }

    private func tear(_ content: Content) {
        switch content {
        case .superblock, .clearRing:
            if dice.below(2) == 0 { apply(content) }
        case .transaction(let transaction):
            switch dice.below(3) {
            case 0: apply(content)
            case 1: ring[Int(layout.ring.block(ofTransaction: transaction.number))] = .corrupt
            default: break
            }
        case .pages(let pages):
            for page in pages where dice.below(2) == 0 { apply(page) }
        }
    }

    // MARK: Attaching

    /// What `bascule volume` does before its engine starts: applies the log of a crash. nil: the log cannot be read, and the
    /// runtime refuses the disk.
    func recover() -> AttachedDisk? {
        if !superblock.isClean {
            let recovery: ActivityLogRecovery
            do {
                recovery = try ActivityLogRecovery(superblock: superblock, ring: ring)
            } catch {
                world.say("\(error)")
                return nil
            }
            if !world.isSabotaged(.forgetActivityLog) { _ = recovery.mark(in: &words) }
            ring = ring.map { _ in .initialised }
            superblock = recovery.superblock
        }
        return AttachedDisk(
            superblock: superblock, bitmapWords: words, layout: layout,
            dataDeviceBytes: UInt64(data.blockCount) * WorldSettings.block)
    }
}
