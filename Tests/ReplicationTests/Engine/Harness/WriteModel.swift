import ClusterModel

@testable import Replication

/// What clients were promised, block by block.
///
/// It checks that a copy that serves holds, of each block, nothing older than the last write that had to survive, and
/// nothing that was never written there. It does not check that writes without an acknowledgement are gone or kept: both
/// are right.
struct WriteModel {
    private struct Flight {
        let places: [(block: UInt64, index: Int)]
        let isForced: Bool
    }

    /// All that was written to a block, in the order of submission.
    private var history: [UInt64: [UInt64]] = [:]
    /// Index of the newest write that was acknowledged, and of the newest that was made stable.
    private var acknowledged: [UInt64: Int] = [:]
    private var stable: [UInt64: Int] = [:]
    private var writes: [RequestID: Flight] = [:]
    private var flushes: [RequestID: [UInt64: Int]] = [:]
    private(set) var acknowledgedCount = 0

    /// Must come before the write is handed in.
    mutating func begin(_ range: ByteRange, _ tokens: [UInt64]) -> [(block: UInt64, index: Int)] {
        zip(TestDisk.blocks(of: range), tokens).map { block, token in
            history[block, default: []].append(token)
            return (block, (history[block]?.count ?? 0) - 1)
        }
    }

    mutating func submitted(_ id: RequestID, _ places: [(block: UInt64, index: Int)], isForced: Bool) {
        writes[id] = Flight(places: places, isForced: isForced)
    }

    /// What a flush that is handed in now has to make stable.
    var promisedNow: [UInt64: Int] { acknowledged }

    mutating func flushSubmitted(_ id: RequestID, _ promised: [UInt64: Int]) {
        flushes[id] = promised
    }

    mutating func answered(_ id: RequestID, _ result: RequestResult) {
        let flight = writes.removeValue(forKey: id)
        let flush = flushes.removeValue(forKey: id)
        guard result == .success else { return }
        if let flight {
            acknowledgedCount += 1
            for (block, index) in flight.places {
                acknowledged[block] = max(acknowledged[block] ?? -1, index)
                if flight.isForced { stable[block] = max(stable[block] ?? -1, index) }
            }
        }
        for (block, index) in flush ?? [:] { stable[block] = max(stable[block] ?? -1, index) }
    }

    /// The only copies of what was acknowledged but not flushed are gone.
    mutating func onlyStableWritesSurvive() {
        acknowledged = stable
    }

    /// The node is gone, and with it the answers to what was under way.
    mutating func forgetRequests() {
        writes = [:]
        flushes = [:]
    }

    /// Everything that is wrong with a copy.
    func complaints(about disk: TestDisk) -> [String] {
        history.keys.sorted().compactMap { complaint($0, holds: disk[$0], least: acknowledged[$0]) }
    }

    /// What is wrong with one block's contents; `least` is the oldest write that may be there.
    func complaint(_ block: UInt64, holds token: UInt64, least: Int?) -> String? {
        let written = history[block] ?? []
        guard let index = written.lastIndex(of: token) ?? (token == 0 ? -1 : nil) else {
            return "block \(block) holds \(token), which was never written there"
        }
        guard index >= least ?? -1 else {
            return "block \(block) holds write \(index) (\(token)), but write \(least ?? -1) was acknowledged"
        }
        return nil
    }

    func least(_ block: UInt64) -> Int? { acknowledged[block] }
}
