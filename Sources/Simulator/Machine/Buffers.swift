import Replication

/// Memory as the engine names it: the tokens in each buffer.
struct Buffers {
    private var contents: [BufferID: [UInt64]] = [:]
    private var peerCount: UInt64 = 0

    /// The content; reading one that was never filled is the engine's mistake.
    subscript(_ id: BufferID) -> [UInt64] {
        get {
            guard let content = contents[id] else { preconditionFailure("the engine uses the unknown buffer \(id)") }
            return content
        }
        set { contents[id] = newValue }
    }

    func content(of id: BufferID) -> [UInt64]? { contents[id] }

    /// The payload of a packet.
    mutating func add(_ tokens: [UInt64]) -> BufferID {
        peerCount += 1
        contents[.peer(peerCount)] = tokens
        return .peer(peerCount)
    }

    mutating func release(_ id: BufferID) {
        contents[id] = nil
    }

    var count: Int { contents.count }
}
