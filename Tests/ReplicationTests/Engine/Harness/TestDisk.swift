import ClusterModel

@testable import Replication

/// A data device with a volatile cache. A block of 4 KiB is one token; 0 stands for zeroes.
struct TestDisk {
    private struct Version {
        let sequence: UInt64
        let token: UInt64
    }

    static let block: UInt64 = 4096

    private var durable: [UInt64: UInt64] = [:]
    private var cached: [UInt64: [Version]] = [:]
    private(set) var sequence: UInt64 = 0

    static func blocks(of range: ByteRange) -> Range<UInt64> {
        range.offset / block..<(range.end + block - 1) / block
    }

    /// What reading yields now.
    subscript(block: UInt64) -> UInt64 {
        cached[block]?.last?.token ?? durable[block] ?? 0
    }

    func read(_ range: ByteRange) -> [UInt64] {
        Self.blocks(of: range).map { self[$0] }
    }

    mutating func write(_ range: ByteRange, _ tokens: [UInt64]) {
        sequence += 1
        for (block, token) in zip(Self.blocks(of: range), tokens) {
            cached[block, default: []].append(Version(sequence: sequence, token: token))
        }
    }

    /// Everything written up to `limit` is on stable storage.
    mutating func flush(upTo limit: UInt64) {
        for block in cached.keys.sorted() {
            guard let versions = cached[block] else { continue }
            if let last = versions.last(where: { $0.sequence <= limit }) { durable[block] = last.token }
            let rest = versions.filter { $0.sequence > limit }
            cached[block] = rest.isEmpty ? nil : rest
        }
    }

    /// Power fails: of each block any version since the last flush may be what is left.
    mutating func losePower(_ random: inout SeededGenerator) {
        for block in cached.keys.sorted() {
            guard let versions = cached[block] else { continue }
            let kept = Int.random(in: 0...versions.count, using: &random)
            if kept > 0 { durable[block] = versions[kept - 1].token }
        }
        cached = [:]
    }

    /// Blocks that read as anything but zeroes.
    var usedBlocks: Set<UInt64> { Set(durable.keys).union(cached.keys) }
}
