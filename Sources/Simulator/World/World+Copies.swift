import ClusterModel
import Replication

extension World {
    /// Both copies of every volume as they are when the story begins: in sync and closed in order, or just created.
    func prepareCopies() {
        for volume in definition.volumes.indices {
            let blocks = (0..<settings.volumeBlocks).map { WorldSettings.initialToken(volume, $0) }
            for machine in machines {
                let engine = machine.engines[volume]
                guard !settings.startsUnsynchronised else {
                    if machine.index == 0 { engine.disk.fill(blocks) }
                    continue
                }
                engine.disk.fill(blocks)
                engine.metadata.start(with: synchronised(engine.metadata, volume))
            }
        }
    }

    private func synchronised(_ area: MetadataArea, _ volume: Int) -> Superblock {
        var superblock = Superblock(creating: area.layout)
        superblock.agreedSectors = UInt64(settings.volumeBlocks) * 8
        superblock.generations = GenerationUUIDs(
            current: GenerationUUID(rawValue: 0xb45c_0000 + UInt64(volume) * 0x100))
        superblock.flags = [.consistent, .wasUpToDate, .activityLogClean]
        superblock.activityLogSlots = UInt32(settings.activityLogExtents)
        return superblock
    }
}
