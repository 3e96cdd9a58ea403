import ClusterModel
import Testing

@testable import Replication

/// A pair's life drawn from a seed: clients, faults, and a cluster that gives the orders that the safety rules allow.
///
/// The cluster here is ideal: it knows who is dead. What it may not order is part of the rules: a copy that fell
/// behind while the other served alone is not promoted before both were in sync again.
final class RandomLife {
    struct Violation: Error, CustomStringConvertible {
        let seed: UInt64
        let turn: Int
        let text: String
        var description: String { "seed \(seed), turn \(turn): \(text)" }
    }

    let seed: UInt64
    let pair: EnginePair
    private var random: SeededGenerator
    private var model = WriteModel()
    private var owner: Int?
    /// Copies the other one left behind.
    private var stale: Set<Int> = []
    /// Nodes that lost their cache since both were in sync.
    private var restarted: Set<Int> = []
    /// Crashed while it was primary, and the other one was not promoted since.
    private var crashedOwner: Int?
    private var nextToken: UInt64 = 1
    private var turn = 0
    private var reads: [RequestID: (node: Int, range: ByteRange, least: [UInt64: Int?])] = [:]
    private var watched: [(node: Int, id: RequestID)] = []
    private var outdating: OrderID?
    private var promoting: (node: Int, id: OrderID)?
    private var violation: Violation?
    private let blocks: UInt64

    init(seed: UInt64, settings: VolumeSettings = VolumeSettings(), deviceBytes: UInt64 = 12 << 20) throws {
        self.seed = seed
        random = SeededGenerator(seed: seed ^ 0x5eed)
        pair = try EnginePair.inSync(seed: seed, settings: settings, deviceBytes: deviceBytes)
        blocks = pair.nodes[0].deviceBytes / TestDisk.block
        pair.observer = { [unowned self] _ in self.watch() }
    }

    func live(turns: Int) throws {
        for _ in 0..<turns {
            turn += 1
            try act()
            if let violation { throw violation }
        }
        try converge()
    }

    // MARK: Turns

    private func chance(_ oneIn: Int) -> Bool { Int.random(in: 0..<oneIn, using: &random) == 0 }

    private func act() throws {
        switch Int.random(in: 0..<100, using: &random) {
        case 0..<55: for _ in 0..<Int.random(in: 1...6, using: &random) { pair.step() }
        case 55..<75: clientActs()
        case 75..<83: pair.pass(.milliseconds(Int64.random(in: 1...400, using: &random)))
        case 83..<90: try govern()
        case 90..<92: if chance(3) { pair.cutLink() }
        case 92..<95: pair.healLink()
        case 95: if chance(4) { try crashSomebody() }
        case 96..<98: try restartSomebody()
        case 98: if chance(3) { switchOver() }
        default: quiesceSometimes()
        }
    }

    private func clientActs() {
        guard let owner, pair.nodes[owner].report.isPrimary else { return }
        let count = UInt64.random(in: 1...4, using: &random)
        // A few hot blocks, so that writes meet each other and the resync.
        let spread = chance(2) ? 8 : blocks - 8
        let block = UInt64.random(in: 0..<spread, using: &random)
        let range = EnginePair.range(block, count)
        switch Int.random(in: 0..<12, using: &random) {
        case 0: flush(owner)
        case 1, 2: read(owner, range)
        case 3: write(owner, range, zeroing: true)
        default: write(owner, range, zeroing: false)
        }
    }

    private func write(_ node: Int, _ range: ByteRange, zeroing: Bool) {
        let isForced = chance(8)
        let tokens = TestDisk.blocks(of: range).map { _ in
            nextToken += 1
            return zeroing ? 0 : nextToken
        }
        let places = model.begin(range, tokens)
        let operation: ClientOperation =
            zeroing
            ? .writeZeroes(range, mayUnmap: chance(2), fua: isForced)
            : .write(range, fua: isForced)
        let id = pair.request(node, operation, tokens: zeroing ? nil : tokens)
        model.submitted(id, places, isForced: isForced)
        watched.append((node, id))
        watch()
    }

    private func flush(_ node: Int) {
        let promised = model.promisedNow
        let id = pair.flush(node)
        model.flushSubmitted(id, promised)
        watched.append((node, id))
        watch()
    }

    private func read(_ node: Int, _ range: ByteRange) {
        let least = TestDisk.blocks(of: range).map { ($0, model.least($0)) }
        let id = pair.request(node, .read(range))
        reads[id] = (node, range, Dictionary(uniqueKeysWithValues: least))
        watched.append((node, id))
        watch()
    }

    // MARK: Watching

    private func fail(_ text: String) {
        if violation == nil { violation = Violation(seed: seed, turn: turn, text: text) }
    }

    private func watch() {
        let states = pair.nodes.map(\.state)
        let isInSync = states.allSatisfy {
            $0?.connection == .connected && $0?.disk == .upToDate && $0?.peerDisk == .upToDate
        }
        if isInSync {
            stale = []
            restarted = []
        }
        if pair.nodes.count(where: { $0.report.isPrimary && !$0.report.isFrozen }) > 1 { fail("two primaries serve") }
        if pair.nodes.contains(where: { $0.report.isSplitBrain }) { fail("split brain") }
        watched.removeAll { node, id in
            guard let result = pair.nodes[node].results[id] else { return false }
            model.answered(id, result)
            if let read = reads.removeValue(forKey: id) { checkRead(id, read.node, read.range, read.least) }
            return true
        }
    }

    private func checkRead(_ id: RequestID, _ node: Int, _ range: ByteRange, _ least: [UInt64: Int?]) {
        guard let contents = pair.nodes[node].readContents[id] else { return }
        for (block, token) in zip(TestDisk.blocks(of: range), contents) {
            if let complaint = model.complaint(block, holds: token, least: least[block] ?? nil) {
                fail("a client read what it must not: \(complaint)")
            }
        }
    }

    private func checkServing(_ node: Int) {
        // While it is being resynchronised, what is still missing is read from the peer.
        guard pair.nodes[node].report.copy == .upToDate else { return }
        if let complaint = model.complaints(about: pair.nodes[node].disk).first {
            fail("node \(node) serves a wrong copy: \(complaint)")
        }
    }

    // MARK: Faults

    private func crashSomebody() throws {
        let node = Int.random(in: 0...1, using: &random)
        guard pair.nodes[node].engine != nil else { return }
        let keepsCache = chance(3)
        let other = 1 - node
        let isOtherGood =
            pair.nodes[other].engine != nil && !stale.contains(other) && !restarted.contains(other)
        pair.crash(node, keepingCache: keepsCache)
        if !keepsCache {
            // The owner's cache was the only complete copy, or it was the last of two.
            if !isOtherGood, !stale.contains(node) { model.onlyStableWritesSurvive() }
            restarted.insert(node)
        }
        if owner == node {
            if !keepsCache { crashedOwner = node }
            owner = nil
            model.forgetRequests()
            watched = []
            reads = [:]
        }
        outdating = nil
        if promoting?.node == node { promoting = nil }
    }

    private func restartSomebody() throws {
        let node = Int.random(in: 0...1, using: &random)
        guard pair.nodes[node].engine == nil else { return }
        try start(node)
    }

    private func start(_ node: Int) throws {
        // A primary that comes back before the other one took over is the source of the resync (rule 40), as in
        // DRBD; its clients see what any disk's clients see after a power failure.
        if crashedOwner == node { model.onlyStableWritesSurvive() }
        try pair.start(node)
    }

    private func quiesceSometimes() {
        guard chance(4) else { return }
        pair.run()
        guard restarted.isEmpty, let zero = pair.nodes[0].engine, let one = pair.nodes[1].engine else { return }
        for block in pair.differingBlocks where !zero.covers(block) && !one.covers(block) {
            return fail("block \(block) differs, and no bit says so")
        }
    }

    // MARK: The cluster

    private func govern() throws {
        if let owner {
            governOwner(owner)
        } else {
            findOwner()
        }
    }

    private func governOwner(_ owner: Int) {
        let peer = 1 - owner
        guard pair.nodes[owner].report.isFrozen, pair.nodes[owner].report.replication == .disconnected else { return }
        // A primary that was still being resynchronised needs its source.
        guard pair.nodes[owner].report.copy == .upToDate else { return }
        guard pair.nodes[peer].engine != nil else {
            stale.insert(peer)
            pair.order(owner, .resumePeerDead)
            return
        }
        // Over another link than the replication's.
        if let order = outdating {
            guard let result = pair.nodes[peer].orderResults[order] else { return }
            outdating = nil
            guard result == .done, pair.nodes[peer].report.copy <= .outdated else { return }
            stale.insert(peer)
            pair.order(owner, .resumePeerOutdated)
        } else if !pair.isLinkUp {
            outdating = pair.order(peer, .outdate)
        }
    }

    private func findOwner() {
        if let attempt = promoting {
            guard let result = pair.nodes[attempt.node].orderResults[attempt.id] else { return }
            promoting = nil
            guard result == .done else { return }
            owner = attempt.node
            crashedOwner = nil
            checkServing(attempt.node)
            return
        }
        let node = Int.random(in: 0...1, using: &random)
        guard pair.nodes[node].engine != nil else { return }
        let isPeerDead = pair.nodes[1 - node].engine == nil
        if isPeerDead, !stale.contains(node), chance(2) {
            stale.insert(1 - node)
            // Both failed one after the other: what was only in this one's cache is gone.
            if restarted.contains(node) { model.onlyStableWritesSurvive() }
            promoting = (node, pair.order(node, .promote(.peerDead)))
        } else {
            promoting = (node, pair.order(node, .promote(.ordinary)))
        }
    }

    private func switchOver() {
        guard let owner, promoting == nil else { return }
        let id = pair.order(owner, .demote)
        pair.run()
        guard pair.nodes[owner].orderResults[id] == .done else { return }
        self.owner = nil
    }

    // MARK: The end

    private func converge() throws {
        pair.healLink()
        for node in 0...1 where pair.nodes[node].engine == nil { try start(node) }
        for _ in 0..<40 {
            pair.run(for: .seconds(2))
            try govern()
            if let violation { throw violation }
            if owner != nil, isAtRest { break }
        }
        guard let owner, isAtRest else { throw Violation(seed: seed, turn: turn, text: "no convergence: \(summary)") }
        checkServing(owner)
        checkServing(1 - owner)
        if !pair.differingBlocks.isEmpty { fail("blocks differ at the end: \(pair.differingBlocks.prefix(5))") }
        if !pair.nodes.allSatisfy({ $0.buffers.isEmpty }) {
            fail("buffers are left over: \(pair.nodes.map(\.buffers.keys.count))")
        }
        if let violation { throw violation }
    }

    private var isAtRest: Bool {
        pair.nodes.allSatisfy {
            $0.state?.connection == .connected && $0.state?.disk == .upToDate && $0.state?.peerDisk == .upToDate
                && $0.report.outOfSyncBytes == 0
        } && watched.isEmpty
    }

    private var summary: String {
        pair.nodes.map { "\(String(describing: $0.state)) \($0.report)" }.joined(separator: " | ")
    }

    var acknowledgedWrites: Int { model.acknowledgedCount }
}

extension VolumeEngine {
    /// Whether something here knows that the block may differ from the peer's.
    fileprivate func covers(_ block: UInt64) -> Bool {
        guard let local, block < local.bitmap.blockCount else { return true }
        return local.bitmap[block]
            || requests.writes.values.contains { $0.range.overlaps(EnginePair.range(block)) }
    }
}
