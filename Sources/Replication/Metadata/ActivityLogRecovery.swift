/// What has to be done to metadata that were not closed in order; the same as `drbdmeta apply-al` does
/// (drbd-8.4 on-disk metadata, crash recovery).
///
/// In this order, each on stable storage before the next: mark `extents` in the bitmap and write its pages, rewrite
/// the ring with initialised blocks if `rewritesRing`, write `superblock`.
package struct ActivityLogRecovery: Hashable, Sendable {
    /// Extents whose whole bitmap is to be set, in order.
    package let extents: [UInt32]
    /// Whether the ring holds anything but initialised blocks.
    package let rewritesRing: Bool
    /// The record to write at the end.
    package let superblock: Superblock

    /// - Parameters:
    ///   - superblock: as found.
    ///   - ring: every block of the ring, in the order of the disk.
    /// - Throws: where the node was Primary and the log is too damaged to tell what was in flight.
    package init(superblock: Superblock, ring: [ActivityLogBlock]) throws(ActivityLogRecoveryError) {
        rewritesRing = ring.contains { $0 != .initialised }
        self.superblock = superblock.closed()
        guard superblock.flags.contains(.primary) else {
            // Not having been Primary, this node had no writes of its own in flight, whatever the log says.
            extents = []
            return
        }
        extents = try Self.activeExtents(in: ring)
    }

    /// The extents that were in the log when the newest valid transaction was written, in order.
    package static func activeExtents(in ring: [ActivityLogBlock]) throws(ActivityLogRecoveryError) -> [UInt32] {
        let transactions = ring.compactMap { block in
            if case .transaction(let transaction) = block { transaction } else { nil }
        }
        let corrupt = ring.indices.filter { ring[$0] == .corrupt }
        guard corrupt.count < ring.count else { throw .nothingValid }
        guard let any = transactions.first else {
            // The very first transaction goes to block 0; being torn there, nothing was active before it.
            guard corrupt.allSatisfy({ $0 == 0 }) else { throw .onlyDamagedTransactions(corruptBlocks: corrupt.count) }
            return []
        }
        var slots = SlotTable(for: transactions)
        for transaction in transactions.sorted(by: { $0.distance(from: any) < $1.distance(from: any) }) {
            slots.replay(transaction)
        }
        return slots.extents
    }

    /// Sets the extents' bits in the bitmap area as it lies on disk, padding included.
    ///
    /// Returns the pages to write, and the extents that have no place in the area: they lie beyond the device.
    package func mark(in words: inout [UInt64]) -> (pages: [Int], beyond: [UInt32]) {
        var pages: [Int] = []
        var beyond: [UInt32] = []
        for extent in extents {
            let first = Int(extent) * MetadataUnits.wordsPerExtent
            guard first + MetadataUnits.wordsPerExtent <= words.count else {
                beyond.append(extent)
                continue
            }
            for index in first..<(first + MetadataUnits.wordsPerExtent) { words[index] = .max }
            let page = first / MetadataUnits.wordsPerPage
            if pages.last != page { pages.append(page) }
        }
        return (pages, beyond)
    }

    /// What each slot holds. Slots and windows come from the disk, so the table is as long as the furthest named.
    private struct SlotTable {
        private var held: [UInt32]

        init(for transactions: [ActivityLogTransaction]) {
            let ends = transactions.map { transaction in
                max(
                    Int(transaction.contextStart) + transaction.context.count,
                    (transaction.updates.map { Int($0.slot) }.max() ?? 0) + 1)
            }
            held = Array(repeating: ActivityLogTransaction.free, count: ends.max() ?? 0)
        }

        mutating func replay(_ transaction: ActivityLogTransaction) {
            let start = Int(transaction.contextStart)
            for (offset, extent) in transaction.context.enumerated() {
                let slot = start + offset
                if extent != ActivityLogTransaction.free || slot < transaction.contextSize { held[slot] = extent }
            }
            for update in transaction.updates { held[Int(update.slot)] = update.extent }
        }

        var extents: [UInt32] {
            var previous: UInt32?
            return held.filter { $0 != ActivityLogTransaction.free }.sorted().filter { extent in
                defer { previous = extent }
                return extent != previous
            }
        }
    }
}

extension ActivityLogTransaction {
    /// Transaction numbers wrap; a ring spans far less than half their range, so the signed difference orders them.
    fileprivate func distance(from other: ActivityLogTransaction) -> Int32 {
        Int32(bitPattern: number &- other.number)
    }
}
