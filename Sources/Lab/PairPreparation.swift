/// What a person does once before the first start: a file system on one disk, metadata on both.
package enum PairPreparation {
    /// Bytes of a disk below its internal metadata (bitmap, activity log, superblock), as the metadata format defines them.
    package static func usableBytes(_ diskBytes: UInt64) -> UInt64 {
        let device = diskBytes / 4096 * 4096
        let bitmap = (diskBytes / 512 + 262_143) / 262_144 * 4096
        return device - 4096 - 32768 - bitmap
    }

    package static func prepare(_ pair: Pair, withFileSystem: Bool = true) throws {
        guard let disk = pair.a.disks.first else { return }
        if withFileSystem {
            let blocks = usableBytes(pair.settings.diskBytes) / 4096
            try Shell.run([
                "mkfs.ext4", "-q", "-F", "-b", "4096", "-E", "nodiscard", "-J", "size=4", disk.device, String(blocks),
            ])
        }
        for node in pair.nodes { try createMetadata(on: node) }
    }

    /// Runs outside the node's namespaces, since it has not booted yet.
    private static func createMetadata(on node: Node) throws {
        try Shell.run([
            node.programs.binaries + "/bascule", "volume", "create-metadata", "data", "--node", node.name,
            "--configuration", "\(node.folder)/etc/cluster.toml", "--keep-existing-data", "--yes",
        ])
    }
}
