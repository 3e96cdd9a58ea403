import ClusterModel
import LinuxIO
import Replication
import WireFormat

/// What a volume's metadata say while no engine runs: for `bascule volume status` and for people. Changes nothing.
package struct MetadataDump: Hashable, Sendable {
    package var path: String
    package var superblock: Superblock
    /// Bytes that can be replicated with the devices as they are.
    package var usableBytes: UInt64
    /// What would forbid the engine to start, gravest first; an unapplied log is none, it is applied at start.
    package var problems: [MetadataProblem]

    /// Reads a volume's metadata on one node, also while somebody else uses the disk. Waits for it.
    package init(_ definition: VolumeDefinition, node: NodeName) throws(VolumeDiskError) {
        let disks = try VolumeDisks.open(
            try VolumeDisks.paths(definition, node: node), access: .readOnly, ring: nil)
        let (superblock, layout) = try MetadataAttacher.read(disks)
        path = disks.metadata.path
        self.superblock = superblock
        usableBytes = layout.usableBytes(dataDeviceBytes: disks.data.size)
        problems = MetadataChecker.problems(
            superblock.closed(), layout: layout, metadataDeviceBytes: disks.metadata.size,
            dataDeviceBytes: disks.data.size)
    }

    /// Lines for a person: what is written, in DRBD's words.
    package var lines: [String] {
        var lines = [
            "metadata on \(path): \(superblock.use == .closed ? "closed in order" : "in use, or not closed in order")",
            "disk: \(superblock.flags.recordedDiskState)",
            "flags: \(superblock.flags.description.isEmpty ? "none" : superblock.flags.description)",
            "generations (current:bitmap:history): \(superblock.generations)",
            "agreed size: \(superblock.agreedBytes) bytes of \(usableBytes) usable",
        ]
        lines += problems.map { "problem: \($0)" }
        return lines
    }
}
