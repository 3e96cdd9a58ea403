import ClusterModel

@testable import Replication

/// Metadata on stable storage, as an engine left them.
struct TestMetadata {
    var superblock: Superblock
    var words: [UInt64]
    var ring: [ActivityLogBlock]
    let layout: MetadataLayout
    let deviceBytes: UInt64

    init(deviceBytes: UInt64) throws {
        layout = try MetadataLayout(kind: .internal, deviceBytes: deviceBytes)
        self.deviceBytes = deviceBytes
        superblock = Superblock(creating: layout)
        words = [UInt64](repeating: 0, count: Int(layout.bitmap.length / 8))
        ring = Array(repeating: .initialised, count: Int(layout.ring.blocks))
    }

    mutating func store(_ write: TestMetadataWrite) {
        switch write {
        case .superblock(let superblock): self.superblock = superblock
        case .pages(let pages):
            for page in pages {
                let start = page.index * 512
                for (offset, word) in page.words.enumerated() where start + offset < words.count {
                    words[start + offset] = word
                }
            }
        case .log(let transaction):
            ring[Int(layout.ring.block(ofTransaction: transaction.number))] = .transaction(transaction)
        case .clearLog: ring = Array(repeating: .initialised, count: ring.count)
        }
    }

    /// The write that was under way when power failed may be torn.
    mutating func tear(_ write: TestMetadataWrite) {
        guard case .log(let transaction) = write else { return }
        ring[Int(layout.ring.block(ofTransaction: transaction.number))] = .corrupt
    }

    /// What `drbdmeta apply-al` does, and the disk as an engine gets it.
    mutating func recover() throws -> AttachedDisk {
        if !superblock.isClean {
            let recovery = try ActivityLogRecovery(superblock: superblock, ring: ring)
            _ = recovery.mark(in: &words)
            if recovery.rewritesRing { store(.clearLog) }
            superblock = recovery.superblock
        }
        return AttachedDisk(superblock: superblock, bitmapWords: words, layout: layout, dataDeviceBytes: deviceBytes)
    }
}

enum TestMetadataWrite {
    case superblock(Superblock)
    case pages([BitmapPage])
    case log(ActivityLogTransaction)
    case clearLog
}
