import ClusterModel
import LinuxIO
import Replication
import WireFormat

/// Prepares a volume's disk on this node: writes fresh metadata and nothing else (`bascule volume create-metadata`).
package enum MetadataCreator {
    /// What a person agreed to lose.
    package struct Consent: Hashable, Sendable {
        /// Data that were recognised on the devices.
        package var acceptsForeignData: Bool
        /// Metadata of an earlier life of this volume, or of another one.
        package var overwritesMetadata: Bool

        package init(acceptsForeignData: Bool = false, overwritesMetadata: Bool = false) {
            self.acceptsForeignData = acceptsForeignData
            self.overwritesMetadata = overwritesMetadata
        }
    }

    /// What was made.
    package struct Outcome: Hashable, Sendable {
        /// The device that carries the metadata now.
        package var path: String
        /// Bytes that can be replicated.
        package var usableBytes: UInt64
        /// What was recognised and will be lost by agreement.
        package var lost: [DeviceSignature]
    }

    /// Creates the metadata of a volume for one node. Waits for the disk.
    package static func create(
        _ definition: VolumeDefinition, node: NodeName, consent: Consent = Consent()
    ) throws(VolumeDiskError) -> Outcome {
        let disks = try VolumeDisks.open(try VolumeDisks.paths(definition, node: node), ring: nil)
        let layout = try layout(disks)
        let lost = try inspect(disks, layout, consent)
        do {
            try write(FreshMetadata(layout: layout), to: disks.metadata)
        } catch {
            throw .system(error)
        }
        return Outcome(
            path: disks.metadata.path, usableBytes: layout.usableBytes(dataDeviceBytes: disks.data.size), lost: lost)
    }

    private static func layout(_ disks: VolumeDisks) throws(VolumeDiskError) -> MetadataLayout {
        let path = disks.metadata.path
        let size = disks.metadata.size
        guard size >= MetadataChecker.minimumDeviceBytes else {
            throw .problems(path: path, [.deviceTooSmall(bytes: size)])
        }
        do {
            return try MetadataLayout(kind: disks.kind, deviceBytes: size)
        } catch {
            throw .layout(path: path, error)
        }
    }

    /// Looks before anything is written. Of a device shared by indexed metadata only our part is of interest.
    private static func inspect(
        _ disks: VolumeDisks, _ layout: MetadataLayout, _ consent: Consent
    ) throws(VolumeDiskError) -> [DeviceSignature] {
        do {
            let bytes = try disks.metadata.readNow(
                ByteRange(offset: layout.superblockOffset, length: MetadataUnits.page))
            if holdsMetadata(bytes) && !consent.overwritesMetadata {
                throw VolumeDiskError.hasMetadata(path: disks.metadata.path)
            }
            var found: [(path: String, signatures: [DeviceSignature])] = [(disks.data.path, try foreign(disks.data))]
            if disks.kind == .flexibleExternal { found.append((disks.metadata.path, try foreign(disks.metadata))) }
            for (path, signatures) in found where !signatures.isEmpty && !consent.acceptsForeignData {
                throw VolumeDiskError.foreignData(path: path, signatures)
            }
            return found.flatMap(\.signatures)
        } catch let error as SystemError {
            throw .system(error)
        } catch let error as VolumeDiskError {
            throw error
        } catch {
            preconditionFailure("inspecting a disk throws what it did not say: \(error)")
        }
    }

    /// Volume metadata are answered for by `overwritesMetadata`.
    private static func foreign(_ disk: RawDisk) throws(SystemError) -> [DeviceSignature] {
        try disk.signaturesNow().filter { !$0.name.hasPrefix("DRBD") }
    }

    private static func holdsMetadata(_ bytes: [UInt8]) -> Bool {
        do {
            _ = try Superblock(decoding: bytes)
            return true
        } catch .notMetadata {
            return false
        } catch {
            // Damaged, or of another version: somebody's all the same.
            return true
        }
    }

    /// Zeroes, ring, superblock: cut short, nothing claims to be more than it is.
    private static func write(_ fresh: FreshMetadata, to disk: RawDisk) throws(SystemError) {
        let piece = 1 << 20
        for offset in stride(from: fresh.zeros.offset, to: fresh.zeros.end, by: piece) {
            let length = min(Int(fresh.zeros.end - offset), piece)
            // The metadata area is made of whole blocks of 4096, but may end in half a block of a plain file.
            let whole = length / disk.logicalBlockSize * disk.logicalBlockSize
            if whole > 0 { try disk.writeNow([UInt8](repeating: 0, count: whole), at: offset) }
        }
        for offset in stride(from: fresh.ring.offset, to: fresh.ring.end, by: Int(MetadataUnits.page)) {
            try disk.writeNow(ActivityLogBlock.initialisedBytes, at: offset)
        }
        try disk.syncNow()
        try disk.writeNow(fresh.superblockBytes, at: fresh.superblockOffset)
        try disk.syncNow()
    }
}
