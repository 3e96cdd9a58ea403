import ClusterModel

/// Keeps accesses to the same blocks in the order in which they came.
///
/// An access is admitted with its range. It may begin when no earlier access that conflicts is left; two conflict
/// when their ranges overlap and not both are shared. Ranges are found through buckets of 1 MiB, so an access
/// looks only at its neighbours, not at all that is under way.
struct RangeQueue<Token: Hashable & Sendable>: Sendable {
    private struct Access: Sendable {
        let token: Token
        let range: ByteRange
        let isShared: Bool
        /// Earlier accesses in its way.
        var blockers: Int
    }

    private static var bucketBytes: UInt64 { 1 << 20 }

    private var accesses: [UInt64: Access] = [:]
    private var numbers: [Token: UInt64] = [:]
    /// The numbers of the accesses that touch a bucket, ascending.
    private var buckets: [UInt64: [UInt64]] = [:]
    private var nextNumber: UInt64 = 0

    var isEmpty: Bool { accesses.isEmpty }

    /// Takes an access; true when it may begin at once. Tokens are unique among the accesses held.
    mutating func admit(_ token: Token, _ range: ByteRange, isShared: Bool = false) -> Bool {
        precondition(numbers[token] == nil, "access \(token) is held already")
        let number = nextNumber
        nextNumber += 1
        let blockers = neighbours(of: range).count { conflicts(accesses[$0], range, isShared) }
        accesses[number] = Access(token: token, range: range, isShared: isShared, blockers: blockers)
        numbers[token] = number
        for bucket in Self.buckets(of: range) { buckets[bucket, default: []].append(number) }
        return blockers == 0
    }

    /// An access is over; returns those that may begin now, oldest first.
    mutating func remove(_ token: Token) -> [Token] {
        guard let number = numbers.removeValue(forKey: token), let access = accesses.removeValue(forKey: number) else {
            preconditionFailure("access \(token) is not held")
        }
        for bucket in Self.buckets(of: access.range) { leave(bucket, number) }
        var ready: [Token] = []
        for later in neighbours(of: access.range)
        where later > number && conflicts(accesses[later], access.range, access.isShared) {
            accesses[later]?.blockers -= 1
            if let freed = accesses[later], freed.blockers == 0 { ready.append(freed.token) }
        }
        return ready
    }

    /// Whether an access is held, begun or waiting.
    func contains(_ token: Token) -> Bool { numbers[token] != nil }

    private static func buckets(of range: ByteRange) -> ClosedRange<UInt64> {
        (range.offset / bucketBytes)...((range.end - 1) / bucketBytes)
    }

    private mutating func leave(_ bucket: UInt64, _ number: UInt64) {
        guard let index = buckets[bucket]?.firstIndex(of: number) else {
            preconditionFailure("access \(number) is missing in bucket \(bucket)")
        }
        buckets[bucket]?.remove(at: index)
        if buckets[bucket]?.isEmpty == true { buckets[bucket] = nil }
    }

    /// The numbers of the accesses in the range's buckets, ascending, each once.
    private func neighbours(of range: ByteRange) -> [UInt64] {
        let own = Self.buckets(of: range)
        if own.count == 1 { return buckets[own.lowerBound] ?? [] }
        let all = own.flatMap { buckets[$0] ?? [] }.sorted()
        var previous: UInt64?
        return all.filter { number in
            defer { previous = number }
            return number != previous
        }
    }

    private func conflicts(_ access: Access?, _ range: ByteRange, _ isShared: Bool) -> Bool {
        guard let access else { preconditionFailure("a bucket names an access that is not held") }
        return access.range.overlaps(range) && !(access.isShared && isShared)
    }
}
