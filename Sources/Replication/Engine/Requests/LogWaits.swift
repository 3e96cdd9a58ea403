/// Writes that wait for the activity log.
struct LogWaits: Sendable {
    enum Token: Hashable, Sendable {
        case write(UInt64)
        case peerWrite(UInt64)
    }

    /// By the number of the transaction that brings their extents.
    private var byTransaction: [UInt32: [Token]] = [:]
    /// No slot is free for them; oldest first.
    private(set) var starved = Queue<Token>()

    mutating func wait(_ token: Token, forTransaction number: UInt32) {
        byTransaction[number, default: []].append(token)
    }

    mutating func starve(_ token: Token) {
        starved.append(token)
    }

    mutating func transactionStored(_ number: UInt32) -> [Token] {
        byTransaction.removeValue(forKey: number) ?? []
    }

    mutating func popStarved() -> Token? { starved.popFirst() }

    /// The log is gone: all that waited, oldest first.
    mutating func abandon() -> [Token] {
        defer { self = LogWaits() }
        return byTransaction.keys.sorted().flatMap { byTransaction[$0] ?? [] } + starved.all
    }
}
