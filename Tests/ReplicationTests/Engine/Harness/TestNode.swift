import ClusterModel

@testable import Replication

/// One engine with its disk, metadata, timers and clients.
final class TestNode {
    enum Operation {
        case read(ByteRange, into: BufferID)
        case write(ByteRange, [UInt64], fua: Bool)
        case flush(upTo: UInt64)
    }

    var engine: VolumeEngine?
    var disk = TestDisk()
    var metadata: TestMetadata
    var operations: [(id: DiskOperationID, operation: Operation)] = []
    var metadataWrites: [(id: MetadataWriteID, write: TestMetadataWrite, flushed: UInt64)] = []
    var buffers: [BufferID: [UInt64]] = [:]
    var timers: [VolumeTimer: Instant] = [:]
    var wantsConnection = false
    /// After a connection was dropped the next one comes a second later at the earliest.
    var connectsFrom = Instant.origin
    var results: [RequestID: RequestResult] = [:]
    var readContents: [RequestID: [UInt64]] = [:]
    var orderResults: [OrderID: VolumeOrderResult] = [:]
    var log: [VolumeLogEntry] = []
    var deviceBytes: UInt64 = 0
    var hasStopped = false
    var hasPanicked = false
    /// Effects seen, for tests that ask what was sent.
    var sent: [PeerPacket] = []
    /// Fails operations that touch these blocks.
    var badBlocks: Set<UInt64> = []
    var metadataFails = false

    init(deviceBytes: UInt64) throws {
        metadata = try TestMetadata(deviceBytes: deviceBytes)
    }

    var report: VolumeReport { engine?.report ?? VolumeReport() }
    var state: StateWord? { engine?.stateWord }

    func forgetEngine() {
        engine = nil
        operations = []
        metadataWrites = []
        buffers = [:]
        timers = [:]
        wantsConnection = false
        hasStopped = false
    }

    func result(of operation: Operation) -> DiskResult {
        switch operation {
        case .read(let range, _), .write(let range, _, _):
            badBlocks.isDisjoint(with: TestDisk.blocks(of: range)) ? .success : .failed(errno: 5)
        case .flush: .success
        }
    }
}
