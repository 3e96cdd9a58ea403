import ClusterModel
import LinuxIO
import Replication
import WireFormat

@testable import VolumeRuntime

/// An NBD server with memory instead of an engine behind it: answers at the end of the turn, in an order of its own.
final class MemoryVolume {
    var bytes: [UInt8]
    var operations: [ClientOperation] = []
    var gone: [RequestID] = []
    var opened: [Int] = []
    var closed: [Int] = []
    /// Requests wait while it is set.
    var isFrozen = false
    var failure: Int32?
    var withheld: String?
    private(set) var server: NBDServer?
    private var waiting: [(RequestID, ClientOperation)] = []
    private var generator = SeededGenerator(seed: 11)
    private let loop: EventLoop

    init(path: String, size: Int, loop: EventLoop, memory: Int = 24 << 20) throws {
        bytes = [UInt8](repeating: 0, count: size)
        self.loop = loop
        server = try NBDServer(
            path: path, memory: memory, loop: loop,
            offer: { [unowned self] in
                NBDServer.Offer(
                    export: NBDExport(
                        name: "data", size: UInt64(bytes.count),
                        flags: [.sendFlush, .sendFUA, .sendTrim, .sendWriteZeroes, .canMultiConn]),
                    withheld: withheld)
            },
            { [unowned self] in handle($0) })
    }

    private func handle(_ event: NBDServer.Event) {
        switch event {
        case .requested(let id, let operation):
            operations.append(operation)
            waiting.append((id, operation))
            loop.perform { [weak self] in self?.answer() }
        case .gone(let ids): gone += ids
        case .opened(let count): opened.append(count)
        case .closed(let count): closed.append(count)
        }
    }

    /// Answers what waits, in random order.
    func answer() {
        guard !isFrozen else { return }
        var batch = waiting
        waiting = []
        batch.shuffle(using: &generator)
        for (id, operation) in batch { server?.complete(id, carryOut(id, operation)) }
    }

    private func carryOut(_ id: RequestID, _ operation: ClientOperation) -> RequestResult {
        if let failure { return .failed(errno: failure) }
        let buffer = server?.buffer(of: id.rawValue)
        switch operation {
        case .read(let range):
            buffer?.bytes.copyBytes(from: bytes[Int(range.offset)..<Int(range.end)])
        case .write(let range, _):
            guard let buffer else { return .failed(errno: 5) }
            bytes.replaceSubrange(Int(range.offset)..<Int(range.end), with: buffer.bytes[..<Int(range.length)])
        case .writeZeroes(let range, _, _):
            for index in Int(range.offset)..<Int(range.end) { bytes[index] = 0 }
        case .trim, .flush:
            break
        }
        return .success
    }
}
