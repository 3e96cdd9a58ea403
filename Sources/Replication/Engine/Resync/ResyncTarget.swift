import ClusterModel

/// What a resync target asks for, and when (drbd-8.4 resync, running). The target drives.
struct ResyncTarget: Sendable {
    struct Request: Hashable, Sendable {
        let range: ByteRange
        var isSent = false
        /// The answer is here and being written.
        var isAnswered = false
    }

    /// One request at most. Longer ones would hold the application's writes to the same blocks for longer.
    static let largestRequest: UInt64 = 256 << 10

    /// The next block to look at.
    private var position: UInt64 = 0
    /// By offset.
    private(set) var requests: [UInt64: Request] = [:]
    private(set) var bytesUnderWay: UInt64 = 0
    /// What the rate still allows in this tick, in bytes; a request that exceeds it is taken off the next one. nil
    /// where there is no bound.
    private var budget: Int64?
    /// The end was noticed, and the ping that precedes it is under way.
    var isEnding = false

    var isIdle: Bool { requests.isEmpty }

    /// The offsets of what is under way, ascending.
    var offsets: [UInt64] { requests.keys.sorted() }

    /// The next run of blocks that are out of sync; nil at the end of the device.
    mutating func next(in bitmap: DirtyBitmap) -> ByteRange? {
        guard let first = bitmap.nextSet(from: position) else {
            position = bitmap.blockCount
            return nil
        }
        let perRequest = Self.largestRequest / MetadataUnits.bitmapBlock
        let limit = min((first / perRequest + 1) * perRequest, bitmap.blockCount)
        position = bitmap.nextClear(from: first, before: limit) ?? limit
        let offset = first * MetadataUnits.bitmapBlock
        let end = min(position * MetadataUnits.bitmapBlock, bitmap.deviceBytes)
        return ByteRange(offset: offset, length: end - offset)
    }

    /// A tick has begun that allows `bytes`. What the last one left is not saved up.
    mutating func allow(_ bytes: UInt64) {
        budget = min((budget ?? 0) + Int64(bytes), Int64(bytes))
    }

    var isWithinRate: Bool { budget.map { $0 > 0 } ?? true }

    /// Looks at everything once more.
    mutating func startOver() {
        position = 0
    }

    mutating func begin(_ range: ByteRange) {
        precondition(requests[range.offset] == nil, "blocks at \(range.offset) are requested already")
        requests[range.offset] = Request(range: range)
        bytesUnderWay += range.length
        budget = budget.map { $0 - Int64(range.length) }
    }

    mutating func markSent(_ offset: UInt64) -> ByteRange? {
        requests[offset]?.isSent = true
        return requests[offset]?.range
    }

    /// Whether the answer fits a request; each is answered once.
    mutating func takeAnswer(_ range: ByteRange) -> Bool {
        guard let request = requests[range.offset], request.range == range, request.isSent, !request.isAnswered else {
            return false
        }
        requests[range.offset]?.isAnswered = true
        return true
    }

    mutating func finish(_ offset: UInt64) {
        guard let request = requests.removeValue(forKey: offset) else {
            preconditionFailure("nothing is requested at \(offset)")
        }
        bytesUnderWay -= request.range.length
    }
}
