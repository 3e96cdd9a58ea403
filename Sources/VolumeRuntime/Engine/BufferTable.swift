import LinuxIO
import Replication

/// Finds the memory behind the names the engine uses.
final class BufferTable {
    /// Most bytes the engine's own reads (resync, reads for the peer) take from recycled memory; beyond it memory is
    /// made for the purpose, and `isCrowded` asks to slow the peer down.
    private static let servingMemory = 16 << 20

    private let serving = BufferPool(limit: servingMemory)
    private var ofPeer: [UInt64: AlignedBuffer] = [:]
    private var ofEngine: [UInt64: AlignedBuffer] = [:]
    private var lastOfPeer: UInt64 = 0
    private var servingBytes = 0

    /// Whether so much is being read for the peer that it should ask for no more.
    var isCrowded: Bool { servingBytes >= Self.servingMemory }

    /// Gives unused memory back to the system: for quiet times.
    func trim() { serving.freeKept() }

    /// Gives a name to the payload of a packet.
    func adopt(_ buffer: AlignedBuffer) -> BufferID {
        lastOfPeer += 1
        ofPeer[lastOfPeer] = buffer
        return .peer(lastOfPeer)
    }

    /// The memory of a name; clients' buffers are the NBD server's.
    func find(_ id: BufferID, clients: NBDServer?) -> AlignedBuffer {
        let found =
            switch id {
            case .client(let number): clients?.buffer(of: number)
            case .peer(let number): ofPeer[number]
            case .engine(let number): ofEngine[number]
            }
        guard let found else { preconditionFailure("the engine names buffer \(id), which does not exist") }
        return found
    }

    /// The memory to read into; the engine's own is made when it is first named.
    func findOrMake(_ id: BufferID, bytes: Int, clients: NBDServer?) -> AlignedBuffer {
        guard case .engine(let number) = id, ofEngine[number] == nil else { return find(id, clients: clients) }
        let buffer = serving.take(bytes) ?? AlignedBuffer(count: bytes)
        servingBytes += buffer.count
        ofEngine[number] = buffer
        return buffer
    }

    /// The engine will not name it again. What is queued for the peer keeps the memory until it is sent.
    func release(_ id: BufferID) {
        switch id {
        case .client: break
        case .peer(let number): ofPeer[number] = nil
        case .engine(let number): servingBytes -= ofEngine.removeValue(forKey: number)?.count ?? 0
        }
    }
}
