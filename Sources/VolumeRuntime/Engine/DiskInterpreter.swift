import ClusterModel
import LinuxIO
import Replication

/// Carries out what the engine wants of its devices, and reports how it went.
final class DiskInterpreter {
    private let data: DataDisk
    private let metadata: MetadataStore
    private let report: (VolumeEvent) -> Void
    private var isClosed = false

    init(_ disks: VolumeDisks, layout: MetadataLayout, _ report: @escaping (VolumeEvent) -> Void) {
        data = DataDisk(disks.data)
        metadata = MetadataStore(disks.metadata, layout: layout, data: data)
        self.report = report
    }

    /// The unit of requests to the data device, in bytes.
    var logicalBlockSize: Int { data.disk.logicalBlockSize }

    /// Touches nothing any more. What is under way ends, unreported.
    func close() {
        isClosed = true
        metadata.close()
    }

    func read(_ id: DiskOperationID, _ range: ByteRange, into buffer: AlignedBuffer) {
        data.read(range, into: buffer, completing(id))
    }

    func write(_ id: DiskOperationID, _ range: ByteRange, from buffer: AlignedBuffer, fua: Bool) {
        data.write(range, from: buffer, fua: fua, completing(id))
    }

    func zero(_ id: DiskOperationID, _ range: ByteRange, mayUnmap: Bool) {
        data.zero(range, mayUnmap: mayUnmap, completing(id))
    }

    func discard(_ id: DiskOperationID, _ range: ByteRange) {
        data.discard(range, completing(id))
    }

    func flush(_ id: DiskOperationID) {
        data.flush(completing(id))
    }

    func store(_ id: MetadataWriteID, _ superblock: Superblock) { metadata.store(superblock, storing(id)) }

    func store(_ id: MetadataWriteID, _ pages: [BitmapPage]) { metadata.store(pages, storing(id)) }

    func store(_ id: MetadataWriteID, _ transaction: ActivityLogTransaction) {
        metadata.store(transaction, storing(id))
    }

    func clearActivityLog(_ id: MetadataWriteID) { metadata.clearActivityLog(storing(id)) }

    private func completing(_ id: DiskOperationID) -> (DiskResult) -> Void {
        { [self] result in
            if !isClosed { report(.diskCompleted(id, result)) }
        }
    }

    private func storing(_ id: MetadataWriteID) -> (DiskResult) -> Void {
        { [self] result in
            if !isClosed { report(.metadataStored(id, result)) }
        }
    }
}
