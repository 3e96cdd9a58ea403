import ClusterModel
import Replication

/// A disk with a write cache: one token for each block of 4 KiB.
///
/// A power cut keeps of what was written since the last flush whatever it likes, block by block; a request of several
/// blocks may survive in part (torn). A single block is written whole or not at all.
final class SimulatedDisk {
    private struct Write {
        var block: Int
        var token: UInt64
        /// In order of completion.
        var number: UInt64 = 0
    }

    enum Health: Hashable {
        case good
        /// This share of requests fails, in millionths.
        case flaky(perMillion: Int)
        case dead
    }

    /// What a read sees now.
    private(set) var live: [UInt64]
    /// What is on stable storage.
    private var stable: [UInt64]
    /// Completed since the last flush, in order of completion.
    private var cached: [Write] = []
    private var underWay: [UInt64: [Write]] = [:]
    private var underWayOrder: [UInt64] = []
    private var nextNumber: UInt64 = 0
    private var busyUntil = Instant.origin
    private var dice: Dice
    private unowned let world: World
    var health = Health.good
    /// Whether a flaky disk may fail now: only while the other copy can stand in, since no design survives that both fail.
    var mayFail: () -> Bool = { true }
    /// Requests take this many times as long.
    var slowness = 1
    /// Counts replacements and power cuts: what was under way before one never completes.
    private var generation = 0

    init(blocks: Int, in world: World, label: String) {
        live = [UInt64](repeating: 0, count: blocks)
        stable = live
        dice = Dice(seed: world.settings.seed, label)
        self.world = world
    }

    var blockCount: Int { live.count }
    var needsFlush: Bool { !cached.isEmpty }

    // MARK: Requests

    func read(_ blocks: Range<Int>, _ completion: @escaping (DiskResult, [UInt64]) -> Void) {
        request(blocks: blocks.count) { [self] result in
            completion(result, result == .success ? Array(live[blocks]) : [])
        }
    }

    func write(_ first: Int, _ tokens: [UInt64], fua: Bool, _ completion: @escaping (DiskResult) -> Void) {
        nextNumber += 1
        let number = nextNumber
        underWay[number] = tokens.enumerated().map { Write(block: first + $0, token: $1) }
        underWayOrder.append(number)
        request(blocks: tokens.count) { [self] result in
            let writes = underWay.removeValue(forKey: number) ?? []
            underWayOrder.removeAll { $0 == number }
            // Nobody knows what a failed write has left behind.
            if result == .success || dice.below(2) == 0 { settle(writes, isStable: fua && result == .success) }
            completion(result)
        }
    }

    func flush(_ completion: @escaping (DiskResult) -> Void) {
        let covered = nextNumber
        request(blocks: 1) { [self] result in
            if result == .success {
                let count = cached.prefix { $0.number <= covered }.count
                for write in cached[..<count] { stable[write.block] = write.token }
                cached.removeFirst(count)
            }
            completion(result)
        }
    }

    private func settle(_ writes: [Write], isStable: Bool) {
        for write in writes { live[write.block] = write.token }
        guard isStable else {
            nextNumber += 1
            return cached.append(
                contentsOf: writes.map { Write(block: $0.block, token: $0.token, number: nextNumber) })
        }
        for write in writes {
            stable[write.block] = write.token
            // An older content of the block must not come back.
            cached.removeAll { $0.block == write.block }
        }
    }

    private func request(blocks: Int, _ completion: @escaping (DiskResult) -> Void) {
        let transfer = Int64(blocks) * 20_000
        let latency = dice.duration(.microseconds(60)...(.microseconds(900))).nanoseconds + transfer
        let start = max(busyUntil, world.now)
        busyUntil = start + .nanoseconds(transfer * Int64(slowness))
        let before = generation
        world.scheduler.at(busyUntil + .nanoseconds(latency * Int64(slowness))) { [self] in
            guard before == generation else { return }
            completion(outcome())
        }
    }

    private func outcome() -> DiskResult {
        switch health {
        case .good: .success
        case .flaky(let share): dice.happens(perMillion: share) && mayFail() ? .failed(errno: 5) : .success
        case .dead: .failed(errno: 5)
        }
    }

    // MARK: Accidents

    /// Power is gone: what was not flushed survives by chance.
    func losePower() {
        generation += 1
        busyUntil = world.now
        let pending = cached + underWayOrder.flatMap { underWay[$0] ?? [] }
        for write in pending where dice.below(2) == 0 { stable[write.block] = write.token }
        cached = []
        underWay = [:]
        underWayOrder = []
        live = stable
    }

    /// The process that asked is gone; the kernel still carries out what it had been given.
    func forgetRequester() {
        for number in underWayOrder { settle(underWay[number] ?? [], isStable: false) }
        underWay = [:]
        underWayOrder = []
        generation += 1
        busyUntil = world.now
    }

    /// A new, empty disk in its place.
    func replace() {
        generation += 1
        live = [UInt64](repeating: 0, count: live.count)
        stable = live
        cached = []
        underWay = [:]
        underWayOrder = []
        health = .good
    }

    /// Silently damages a block.
    func rot(_ block: Int) {
        live[block] ^= 0xdead
        stable[block] ^= 0xdead
    }

    /// Puts initial content on the disk before the world starts.
    func fill(_ content: [UInt64]) {
        live = content
        stable = content
    }
}
