import ClusterModel

/// What may be found in each block of a volume, by what was promised: the content that was last made durable, or one
/// that was written later.
///
/// A mount fixes what it finds: the file system builds on it, so it must not change any more by itself.
final class BlockLedger {
    struct WriteMark: Hashable {
        var block: Int
        var count: Int
        var number: UInt64
    }

    private struct Candidate {
        var token: UInt64
        var number: UInt64
        /// In order of completion; 0 while it runs.
        var completion: UInt64
    }

    private struct Cell {
        var durable: UInt64
        var later: [Candidate] = []
    }

    private unowned let world: World
    private let volume: Int
    private var cells: [Int: Cell] = [:]
    private(set) var knownBlocks: [Int] = []
    private var number: UInt64 = 0
    private var completion: UInt64 = 0
    /// Who mounted it last.
    private(set) var owner: Int?
    private let initial: (Int) -> UInt64
    private(set) var durableWrites = 0

    init(in world: World, volume: Int, initial: @escaping (Int) -> UInt64) {
        self.world = world
        self.volume = volume
        self.initial = initial
    }

    // MARK: What the file system does

    func issued(_ block: Int, _ tokens: [UInt64], by node: Int) -> WriteMark {
        number += 1
        for (offset, token) in tokens.enumerated() {
            if cells[block + offset] == nil {
                cells[block + offset] = Cell(durable: initial(block + offset))
                insert(block + offset)
            }
            cells[block + offset]?.later.append(Candidate(token: token, number: number, completion: 0))
        }
        return WriteMark(block: block, count: tokens.count, number: number)
    }

    private func insert(_ block: Int) {
        let place = knownBlocks.firstIndex { $0 > block } ?? knownBlocks.count
        knownBlocks.insert(block, at: place)
    }

    func completed(_ mark: WriteMark, isDurable: Bool, by node: Int) {
        if let owner, owner != node { return world.observe(.acknowledgedByOld(volume: volume, node: node)) }
        completion += 1
        for block in mark.block..<mark.block + mark.count {
            guard let index = cells[block]?.later.firstIndex(where: { $0.number == mark.number }) else { continue }
            cells[block]?.later[index].completion = completion
            if isDurable { settle(block, upTo: completion) }
        }
    }

    /// Everything completed up to now is durable when the flush that begins now has ended.
    func flushBegins() -> UInt64 { completion }

    func flushed(_ mark: UInt64, by node: Int) {
        if let owner, owner != node { return }
        for block in knownBlocks { settle(block, upTo: mark) }
    }

    /// Somebody begins to look at what there is. What was completed before and not flushed may be gone, and no later flush makes
    /// it durable.
    func mountBegins() {
        for block in knownBlocks {
            guard let count = cells[block]?.later.count else { continue }
            for index in 0..<count { cells[block]?.later[index].completion = 0 }
        }
    }

    private func settle(_ block: Int, upTo mark: UInt64) {
        guard let later = cells[block]?.later, !later.isEmpty,
            let last = later.lastIndex(where: { $0.completion > 0 && $0.completion <= mark })
        else { return }
        cells[block]?.durable = later[last].token
        cells[block]?.later.removeFirst(last + 1)
        durableWrites += 1
    }

    // MARK: Judging

    func mounted(by node: Int, found: [(block: Int, token: UInt64)]) {
        owner = node
        for (block, token) in found {
            if !isAllowed(block, token) {
                world.observe(.contentWrong(volume: volume, node: node, wrong(block, token)))
            }
            cells[block] = Cell(durable: token)
        }
    }

    func unmounted(by node: Int) {
        if owner == node { owner = nil }
    }

    func isAllowed(_ block: Int, _ token: UInt64) -> Bool {
        guard let cell = cells[block] else { return true }
        return cell.durable == token || cell.later.contains { $0.token == token }
    }

    func wrong(_ block: Int, _ token: UInt64) -> WrongContent {
        WrongContent(block: block, found: token, durable: cells[block]?.durable ?? 0)
    }
}

/// A block that holds what it must not hold.
package struct WrongContent: Hashable, Sendable, CustomStringConvertible {
    package var block: Int
    package var found: UInt64
    package var durable: UInt64

    package var description: String {
        "block \(block) holds \(found) where \(durable) was promised to last"
    }
}
