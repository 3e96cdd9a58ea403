import ClusterModel
import Replication

@testable import VolumeRuntime

/// An engine without a peer: whatever clients want is done on the disk. Keeps the events it saw.
struct PlainBrain: VolumeBrain {
    private(set) var events: [VolumeEvent] = []
    private var next: UInt64 = 1
    private var requests: [DiskOperationID: RequestID] = [:]
    /// Effects to answer an order with, before it is completed.
    var onOrder: [VolumeEffect] = []

    mutating func handle(_ event: VolumeEvent, at now: Instant) -> [VolumeEffect] {
        if case .clientRequested = event {} else if case .diskCompleted = event {} else { events.append(event) }
        switch event {
        case .attached(let disk):
            return [.deviceSizeChanged(disk.layout.usableBytes(dataDeviceBytes: disk.dataDeviceBytes)), .reportChanged]
        case .clientRequested(let id, let operation):
            return request(id, operation)
        case .diskCompleted(let id, let result):
            guard let request = requests.removeValue(forKey: id) else { return [] }
            return [.completeRequest(request, RequestResult(result))]
        case .ordered(let id, _):
            return onOrder + [.completeOrder(id, .done)]
        case .stopRequested:
            return [.stopped]
        case .attachFailed, .clientGone, .deviceOpened, .deviceClosed, .metadataStored, .connected, .packetReceived,
            .packetUnreadable, .connectionLost, .timerFired:
            return []
        }
    }

    private mutating func request(_ id: RequestID, _ operation: ClientOperation) -> [VolumeEffect] {
        let disk = DiskOperationID(rawValue: next)
        next += 1
        requests[disk] = id
        switch operation {
        case .read(let range): return [.readDisk(disk, range, into: .client(id.rawValue))]
        case .write(let range, let fua): return [.writeDisk(disk, range, from: .client(id.rawValue), fua: fua)]
        case .flush: return [.flushDisk(disk)]
        case .trim(let range): return [.discardDisk(disk, range)]
        case .writeZeroes(let range, let mayUnmap, _): return [.zeroDisk(disk, range, mayUnmap: mayUnmap)]
        }
    }
}

extension RequestResult {
    init(_ result: DiskResult) {
        switch result {
        case .success: self = .success
        case .failed(let errno): self = .failed(errno: errno)
        }
    }
}
