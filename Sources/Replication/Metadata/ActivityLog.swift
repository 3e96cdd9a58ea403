import ClusterModel

/// Which 4 MiB extents may have writes in flight, and what must be on disk before one may
/// (drbd-8.4 on-disk metadata, activity log and its ordering rules).
///
/// A request calls `begin` with its range and `end` when it is over: done here, and its epoch acknowledged by the peer
/// or its blocks marked out of sync. An extent stays in its slot after that, until the slot of the one that has been
/// idle longest is needed; so writing to the same places costs nothing.
///
/// Slots change by transactions. The caller takes one with `takeTransaction`, makes sure that the bitmap pages
/// it names are on stable storage, writes it (flush before, FUA), and reports `transactionStored`. One is under
/// way at a time. If writing fails the disk has failed, and the log with it.
package struct ActivityLog: Sendable {
    /// A transaction to write, and what has to be stored before.
    package struct Order: Hashable, Sendable {
        package let transaction: ActivityLogTransaction
        /// The extents that leave the log, in order: their bitmap pages must be on stable storage first.
        package let evicted: [UInt32]
    }

    private struct Slot {
        /// What the slot holds once everything staged is stored.
        var extent = ActivityLogTransaction.free
        /// Requests that hold the extent.
        var holders = 0
        /// The transaction that brings the extent, until it is stored.
        var staged = false
    }

    package let ring: ActivityLogRing
    private var slots: [Slot]
    private var slotOfExtent: [UInt32: Int] = [:]
    /// What the log on disk says the slots hold.
    private var logged: [UInt32]
    private var idle: IdleSlots
    /// Changes no transaction was taken for yet, oldest first.
    private var staged: [ActivityLogTransaction.Update] = []
    private var underWay: ActivityLogTransaction?
    private var nextNumber: UInt32
    private var contextStart = 0

    /// An empty log, as after the ring was initialised.
    ///
    /// - Parameters:
    ///   - slotCount: "al-extents"; within `ring.allowedSlots`.
    ///   - ring: where it is kept.
    ///   - firstNumber: the number of the first transaction. It must fall on block 0: a torn first transaction
    ///     anywhere else could not be told from a damaged log at recovery.
    package init(slotCount: Int, ring: ActivityLogRing, firstNumber: UInt32 = 0) {
        precondition(ring.allowedSlots.contains(slotCount), "\(slotCount) slots in a ring of \(ring.blocks) blocks")
        precondition(
            ring.block(ofTransaction: firstNumber) == 0, "the first transaction \(firstNumber) is not on block 0")
        self.ring = ring
        slots = Array(repeating: Slot(), count: slotCount)
        logged = Array(repeating: ActivityLogTransaction.free, count: slotCount)
        idle = IdleSlots(count: slotCount)
        nextNumber = firstNumber
    }

    package var slotCount: Int { slots.count }

    /// The extents a byte range touches.
    package static func extents(of range: ByteRange) -> Range<UInt32> {
        let first = range.offset / MetadataUnits.activityLogExtent
        let end = range.isEmpty ? first : (range.end - 1) / MetadataUnits.activityLogExtent + 1
        return UInt32(first)..<UInt32(end)
    }

    // MARK: Requests

    /// A write to `range` wants to begin.
    package mutating func begin(_ range: ByteRange) -> ActivityLogAdmission {
        let extents = Self.extents(of: range)
        precondition(extents.count <= slots.count, "range \(range) has more extents than the log has slots")
        guard canHold(extents) else { return .mustWait }
        // Those that are in the log first, lest taking a slot for the others evicts them.
        for extent in extents { if let slot = slotOfExtent[extent] { hold(slot) } }
        for extent in extents where slotOfExtent[extent] == nil { stage(extent) }
        return lastTransaction(bringing: extents).map { .afterTransaction($0) } ?? .hot
    }

    /// A request that held the extents of `range` is over. True when a slot became idle, so that a request that
    /// had to wait may be tried again.
    package mutating func end(_ range: ByteRange) -> Bool {
        var freed = false
        for extent in Self.extents(of: range) {
            guard let slot = slotOfExtent[extent], slots[slot].holders > 0 else {
                preconditionFailure("a request ended on extent \(extent), which none holds")
            }
            slots[slot].holders -= 1
            if slots[slot].holders == 0, !slots[slot].staged {
                idle.append(slot)
                freed = true
            }
        }
        return freed
    }

    // MARK: Transactions

    /// Whether a transaction waits to be taken.
    package var wantsTransaction: Bool { underWay == nil && !staged.isEmpty }

    /// The transaction to write now; nil while one is under way or nothing changes.
    package mutating func takeTransaction() -> Order? {
        guard wantsTransaction else { return nil }
        let updates = Array(staged.prefix(ActivityLogTransaction.updateCapacity))
        staged.removeFirst(updates.count)
        return order(updates)
    }

    /// Transactions without updates, for every block of the ring once: what DRBD writes when the log is set up anew.
    /// Only for a log that is not in use yet.
    package mutating func initialTransactions() -> [ActivityLogTransaction] {
        precondition(underWay == nil && slotOfExtent.isEmpty, "the log is in use")
        return (0..<ring.blocks).map { _ in
            let transaction = order([]).transaction
            underWay = nil
            return transaction
        }
    }

    /// The transaction under way is on stable storage. Returns its number: requests that waited for it may begin.
    /// Like `end`, it can leave slots idle, so requests that had to wait may be tried again.
    package mutating func transactionStored() -> UInt32 {
        guard let stored = underWay else { preconditionFailure("no transaction of the activity log is under way") }
        underWay = nil
        for update in stored.updates {
            let slot = Int(update.slot)
            logged[slot] = update.extent
            slots[slot].staged = false
            if slots[slot].holders == 0 { idle.append(slot) }
        }
        return stored.number
    }

    /// The extents a crash at this moment would mark out of sync, in order; while a transaction is under way, those
    /// before it and those after it.
    package var activeExtents: [UInt32] {
        let coming = underWay?.updates.map(\.extent) ?? []
        return Set(logged + coming).subtracting([ActivityLogTransaction.free]).sorted()
    }
}

extension ActivityLog {
    /// Whether enough slots can be had, once those idle that the request itself needs are left alone.
    private func canHold(_ extents: Range<UInt32>) -> Bool {
        var missing = 0
        var ownIdle = 0
        for extent in extents {
            guard let slot = slotOfExtent[extent] else {
                missing += 1
                continue
            }
            if slots[slot].holders == 0, !slots[slot].staged { ownIdle += 1 }
        }
        return missing <= idle.count - ownIdle
    }

    private mutating func hold(_ slot: Int) {
        if slots[slot].holders == 0, !slots[slot].staged { idle.remove(slot) }
        slots[slot].holders += 1
    }

    private mutating func stage(_ extent: UInt32) {
        guard let slot = idle.popFirst() else { preconditionFailure("no idle slot left for extent \(extent)") }
        slotOfExtent[slots[slot].extent] = nil
        slots[slot] = Slot(extent: extent, holders: 1, staged: true)
        slotOfExtent[extent] = slot
        staged.append(.init(slot: UInt16(slot), extent: extent))
    }

    /// The last transaction any of the extents still waits for.
    private func lastTransaction(bringing extents: Range<UInt32>) -> UInt32? {
        let waiting = extents.compactMap { slotOfExtent[$0] }.filter { slots[$0].staged }
        guard !waiting.isEmpty else { return nil }
        // Each transaction takes as many as fit off the front, so the place in the queue tells the number.
        let numbers = Set(waiting.map { UInt16($0) })
        guard let last = staged.lastIndex(where: { numbers.contains($0.slot) }) else { return underWay?.number }
        return nextNumber &+ UInt32(last / ActivityLogTransaction.updateCapacity)
    }

    private mutating func order(_ updates: [ActivityLogTransaction.Update]) -> Order {
        let window = contextStart..<min(contextStart + ActivityLogTransaction.contextCapacity, slots.count)
        let transaction = ActivityLogTransaction(
            number: nextNumber, updates: updates, contextSize: UInt16(slots.count), contextStart: UInt16(contextStart),
            context: Array(logged[window]))
        contextStart = window.upperBound == slots.count ? 0 : window.upperBound
        nextNumber &+= 1
        underWay = transaction
        let evicted = updates.map { logged[Int($0.slot)] }.filter { $0 != ActivityLogTransaction.free }.sorted()
        return Order(transaction: transaction, evicted: evicted)
    }
}

extension ActivityLog.Order {
    /// The bitmap pages that cover what leaves the log, in order; pages that did not change are on disk already.
    package var bitmapPages: [Int] {
        var pages: [Int] = []
        for extent in evicted {
            let page = Int(extent / MetadataUnits.extentsPerPage)
            if pages.last != page { pages.append(page) }
        }
        return pages
    }
}
