/// The four generations a copy remembers, and the only four ways they change
/// (drbd-8.4 on-disk metadata, generation UUIDs).
package struct GenerationUUIDs: Hashable, Sendable, Codable {
    /// The generation this copy holds.
    package var current: GenerationUUID
    /// The generation the bitmap is relative to; none while the peer is in sync or unknown.
    package var bitmap: GenerationUUID
    /// The younger of the two former generations.
    package var historyStart: GenerationUUID
    /// The older of the two former generations.
    package var historyEnd: GenerationUUID

    package init(
        current: GenerationUUID, bitmap: GenerationUUID = .none,
        historyStart: GenerationUUID = .none, historyEnd: GenerationUUID = .none
    ) {
        self.current = current
        self.bitmap = bitmap
        self.historyStart = historyStart
        self.historyEnd = historyEnd
    }

    /// What metadata holds that has never been used.
    package static let justCreated = GenerationUUIDs(current: .justCreated)

    /// The copies diverge from here on: the bitmap becomes relative to the generation held so far.
    ///
    /// Only where the bitmap generation is none, or when promotion was forced: a bitmap generation that is
    /// still set is overwritten, not moved into the history. The superblock is written at once.
    package mutating func newCurrent(random: UInt64, role: Role) {
        bitmap = current
        current = .fresh(random: random).marked(for: role)
    }

    /// A resync begins on the source: the bitmap is relative to `generation` until it has ended.
    package mutating func setBitmap(_ generation: GenerationUUID) {
        retireBitmap()
        bitmap = generation
    }

    /// A resync has ended: both copies are equal, the bitmap is relative to nothing.
    package mutating func clearBitmap() {
        retireBitmap()
        bitmap = .none
    }

    /// This copy became the generation `generation`: the sync UUID came, or the resync has ended on the target.
    package mutating func setCurrent(_ generation: GenerationUUID, role: Role) {
        current = generation.marked(for: role)
    }

    private mutating func retireBitmap() {
        guard bitmap != .none else { return }
        historyEnd = historyStart
        historyStart = bitmap
    }
}

extension GenerationUUIDs: CustomStringConvertible {
    /// `current:bitmap:history start:history end`, as `drbdmeta get-gi` prints them.
    package var description: String { "\(current):\(bitmap):\(historyStart):\(historyEnd)" }
}
