import ClusterModel

/// Which blocks of 4 KiB differ, or may differ, from the peer's copy: one bit each, the words being exactly
/// what lies on disk (drbd-8.4 on-disk metadata, bitmap).
///
/// 1 TiB costs 32 MiB. The number of set bits is kept, so asking for it costs nothing. Pages of 4 KiB remember
/// whether they changed since they were last handed out for writing.
package struct DirtyBitmap: Equatable, Sendable {
    /// The device the bits stand for, in bytes.
    package let deviceBytes: UInt64
    /// Valid bits: blocks of the device, the last one perhaps short.
    package let blockCount: UInt64
    /// How many blocks are out of sync.
    package private(set) var setCount: UInt64
    /// Whole pages of words; bits beyond `blockCount` are 0.
    package private(set) var words: [UInt64]
    private var changed: [Bool]

    /// A bitmap with all bits clear.
    package init(deviceBytes: UInt64) {
        self.deviceBytes = deviceBytes
        blockCount = MetadataUnits.roundedUpQuotient(deviceBytes, MetadataUnits.bitmapBlock)
        setCount = 0
        let pages = Int(MetadataUnits.roundedUpQuotient(blockCount, UInt64(MetadataUnits.wordsPerPage * 64)))
        words = [UInt64](repeating: 0, count: pages * MetadataUnits.wordsPerPage)
        changed = [Bool](repeating: false, count: pages)
    }

    /// The bitmap as read from disk. What lies beyond the device is ignored, what is missing counts as clear;
    /// no page counts as changed.
    package init(deviceBytes: UInt64, stored: [UInt64]) {
        self.init(deviceBytes: deviceBytes)
        let wanted = words.count
        words = stored.count <= wanted ? stored : Array(stored[..<wanted])
        words.append(contentsOf: repeatElement(0, count: wanted - words.count))
        clearSurplus()
        setCount = words.reduce(0) { $0 + UInt64($1.nonzeroBitCount) }
    }

    /// Pages of 4 KiB.
    package var pageCount: Int { changed.count }

    /// Out of sync, in bytes; the last block counts in full.
    package var setBytes: UInt64 { setCount * MetadataUnits.bitmapBlock }

    /// Whether the block is out of sync.
    package subscript(block: UInt64) -> Bool {
        precondition(block < blockCount, "block \(block) of a bitmap of \(blockCount)")
        return words[Int(block / 64)] >> (block % 64) & 1 != 0
    }

    /// Whether no block that the range touches is out of sync.
    package func isClear(_ range: ByteRange) -> Bool {
        let blocks = blocksTouched(by: range)
        return nextSet(from: blocks.lowerBound, before: blocks.upperBound) == nil
    }

    // MARK: Changing

    /// Marks every block the range touches as out of sync; returns how many were not before.
    @discardableResult
    package mutating func set(_ range: ByteRange) -> UInt64 {
        setBlocks(blocksTouched(by: range))
    }

    /// Marks the blocks that lie completely inside the range as in sync; returns how many were not before.
    /// A short last block of the device counts as complete.
    @discardableResult
    package mutating func clear(_ range: ByteRange) -> UInt64 {
        clearBlocks(blocksCompletely(in: range))
    }

    /// Marks all blocks of an activity log extent, as far as the device reaches; returns how many were clear.
    @discardableResult
    package mutating func set(extent: UInt32) -> UInt64 {
        let perExtent = MetadataUnits.activityLogExtent / MetadataUnits.bitmapBlock
        let first = min(UInt64(extent) * perExtent, blockCount)
        return setBlocks(first..<min(first + perExtent, blockCount))
    }

    /// Marks everything as out of sync.
    package mutating func fill() {
        setBlocks(0..<blockCount)
    }

    /// Marks everything as in sync.
    package mutating func clearAll() {
        clearBlocks(0..<blockCount)
    }

    /// Sets what is set in `other`, words that belong at `offset` (in words); returns how many bits were clear.
    /// Words beyond the device are ignored.
    @discardableResult
    package mutating func merge(_ other: some Sequence<UInt64>, at offset: UInt64) -> UInt64 {
        let before = setCount
        let end = MetadataUnits.roundedUpQuotient(blockCount, 64)
        for (word, index) in zip(other, offset..<max(offset, end)) {
            change(word: Int(index), mask: word & validMask(word: index), to: true)
        }
        return setCount - before
    }

    // MARK: Searching

    /// The first block at or after `block`, and before `limit`, that is out of sync. The search costs time for every
    /// block it passes, so whoever wants a near one says how near.
    package func nextSet(from block: UInt64, before limit: UInt64 = .max) -> UInt64? {
        next(from: block, before: limit, inverting: 0)
    }

    /// The first block at or after `block`, and before `limit`, that is in sync.
    package func nextClear(from block: UInt64, before limit: UInt64 = .max) -> UInt64? {
        next(from: block, before: limit, inverting: .max)
    }

    // MARK: Pages

    /// The pages that changed since they were handed out, in order.
    package var changedPages: [Int] { changed.indices.filter { changed[$0] } }

    /// Whether the page changed since it was handed out.
    package func isChanged(page: Int) -> Bool { changed[page] }

    /// Hands out a page's 512 words to be written; it counts as unchanged from now on.
    ///
    /// Changes made while the write runs count as new ones. Whether the write has reached stable storage is the
    /// caller's to know; if it failed, the disk has failed.
    package mutating func takePage(_ page: Int) -> [UInt64] {
        changed[page] = false
        // A copy, because a slice would keep the whole bitmap from being changed in place.
        return Array(words[(page * MetadataUnits.wordsPerPage)..<((page + 1) * MetadataUnits.wordsPerPage)])
    }

    /// The page that holds the bits of an activity log extent, or nil beyond the device.
    package func page(ofExtent extent: UInt32) -> Int? {
        let page = Int(extent / MetadataUnits.extentsPerPage)
        return page < pageCount ? page : nil
    }
}

extension DirtyBitmap {
    /// Every block that holds a byte of the range.
    package func blocksTouched(by range: ByteRange) -> Range<UInt64> {
        checkInside(range)
        let first = range.offset / MetadataUnits.bitmapBlock
        guard !range.isEmpty else { return first..<first }
        return first..<((range.end - 1) / MetadataUnits.bitmapBlock + 1)
    }

    /// Every block that holds no byte outside the range.
    package func blocksCompletely(in range: ByteRange) -> Range<UInt64> {
        checkInside(range)
        let first = MetadataUnits.roundedUpQuotient(range.offset, MetadataUnits.bitmapBlock)
        let end = range.end == deviceBytes ? blockCount : range.end / MetadataUnits.bitmapBlock
        return range.isEmpty || end < first ? first..<first : first..<end
    }

    private func checkInside(_ range: ByteRange) {
        precondition(range.isInside(size: deviceBytes), "range \(range) on a device of \(deviceBytes) bytes")
    }

    @discardableResult
    private mutating func setBlocks(_ blocks: Range<UInt64>) -> UInt64 {
        let before = setCount
        forEachWord(of: blocks) { $0.change(word: $1, mask: $2, to: true) }
        return setCount - before
    }

    @discardableResult
    private mutating func clearBlocks(_ blocks: Range<UInt64>) -> UInt64 {
        let before = setCount
        forEachWord(of: blocks) { $0.change(word: $1, mask: $2, to: false) }
        return before - setCount
    }

    private mutating func forEachWord(
        of blocks: Range<UInt64>, _ body: (inout DirtyBitmap, _ word: Int, _ mask: UInt64) -> Void
    ) {
        var block = blocks.lowerBound
        while block < blocks.upperBound {
            let end = min((block / 64 + 1) * 64, blocks.upperBound)
            // Shifting by 64 gives 0, so a whole word comes out as all ones.
            body(&self, Int(block / 64), (1 << (end - block) &- 1) << (block % 64))
            block = end
        }
    }

    private mutating func change(word: Int, mask: UInt64, to value: Bool) {
        let old = words[word]
        let new = value ? old | mask : old & ~mask
        guard new != old else { return }
        words[word] = new
        setCount = setCount + UInt64(new.nonzeroBitCount) - UInt64(old.nonzeroBitCount)
        changed[word / MetadataUnits.wordsPerPage] = true
    }

    private func next(from block: UInt64, before limit: UInt64, inverting: UInt64) -> UInt64? {
        let end = min(limit, blockCount)
        guard block < end else { return nil }
        let last = Int((end - 1) / 64)
        var index = Int(block / 64)
        var word = (words[index] ^ inverting) & (.max << (block % 64))
        while word == 0 {
            index += 1
            guard index <= last else { return nil }
            word = words[index] ^ inverting
        }
        let found = UInt64(index) * 64 + UInt64(word.trailingZeroBitCount)
        return found < end ? found : nil
    }

    /// The bits of a word that stand for blocks of the device.
    private func validMask(word: UInt64) -> UInt64 {
        let first = word * 64
        guard first < blockCount else { return 0 }
        return 1 << min(blockCount - first, 64) &- 1
    }

    private mutating func clearSurplus() {
        for index in Int(blockCount / 64)..<max(words.count, Int(blockCount / 64)) {
            words[index] &= validMask(word: UInt64(index))
        }
    }
}
