import ClusterModel
import Replication

/// Verifies, when the pair must have converged, that both disks of every volume hold the same in every block; and, whenever
/// both machines are without power, that every block that differs on stable storage is marked: in either bitmap, or in
/// the activity log of a node that was primary.
///
/// Does not verify bitmaps while the machines run, since part of them is in memory then; nor copies of which one is new,
/// which are compared as a whole anyway.
struct CopiesIdentical: Checker {
    let name = "CopiesIdentical"
    private var wasDark = false

    mutating func observe(_ observation: Observation, in world: World) -> String? {
        switch observation {
        case .mustHaveConverged:
            return compare(world)
        case .tick:
            let isDark = world.machines.allSatisfy { !$0.isPowered }
            defer { wasDark = isDark }
            return isDark && !wasDark ? compareDark(world) : nil
        case .addressChanged, .stored, .reset, .acknowledgedByOld, .contentWrong, .staleRead, .mustWait:
            return nil
        }
    }

    private func compare(_ world: World) -> String? {
        for volume in world.definition.volumes.indices {
            let first = world.machines[0].engines[volume].disk.live
            let second = world.machines[1].engines[volume].disk.live
            guard first != second else { continue }
            let differing = first.indices.filter { first[$0] != second[$0] }
            return
                "the copies of volume \(volume) differ in \(differing.count) blocks, the first being \(differing[0]): "
                + "\(first[differing[0]]) and \(second[differing[0]])"
        }
        return nil
    }

    private func compareDark(_ world: World) -> String? {
        for volume in world.definition.volumes.indices {
            let engines = world.machines.map { $0.engines[volume] }
            guard engines.allSatisfy({ isComparable($0.metadata.superblock) }) else { continue }
            let marked = engines.map { marks($0) }
            for block in engines[0].disk.live.indices {
                guard engines[0].disk.live[block] != engines[1].disk.live[block] else { continue }
                let isMarked = marked.contains { words in words[block / 64] >> UInt64(block % 64) & 1 != 0 }
                if !isMarked { return "block \(block) of volume \(volume) differs and is marked nowhere" }
            }
        }
        return nil
    }

    private func isComparable(_ superblock: Superblock) -> Bool {
        superblock.generations.current != .justCreated && !superblock.flags.demandsFullBitmap
    }

    private func marks(_ engine: EngineProcess) -> [UInt64] {
        let metadata = engine.metadata
        var words = metadata.words
        guard !metadata.superblock.isClean else { return words }
        do {
            let recovery = try ActivityLogRecovery(superblock: metadata.superblock, ring: metadata.ring)
            _ = recovery.mark(in: &words)
            return words
        } catch {
            // Attaching will refuse this disk, so that a person has to say what becomes of it.
            return words.map { _ in .max }
        }
    }
}
