import ClusterModel

/// Verifies that nothing is lost that a client was told to be stored, and nothing is reordered across a flush:
///
/// - whatever a mount finds in a block is the content that was last made durable there, or one written later;
/// - no write is acknowledged under a mount that another node has replaced;
/// - at the end both disks hold what is allowed.
///
/// Does not verify blocks that were never written, nor writes that failed: their content may be either.
struct AcknowledgedWrites: Checker {
    let name = "AcknowledgedWrites"

    mutating func observe(_ observation: Observation, in world: World) -> String? {
        switch observation {
        case .acknowledgedByOld(let volume, let node):
            "\(world.machines[node].name) acknowledges a write to volume \(volume), which another node has mounted since"
        case .contentWrong(let volume, let node, let wrong):
            "\(world.machines[node].name) mounts volume \(volume): \(wrong)"
        case .mustHaveConverged:
            checkDisks(world)
        case .tick, .addressChanged, .stored, .reset, .staleRead, .mustWait:
            nil
        }
    }

    private func checkDisks(_ world: World) -> String? {
        for (volume, ledger) in world.ledgers.enumerated() {
            for machine in world.machines {
                let live = machine.engines[volume].disk.live
                for block in ledger.knownBlocks where !ledger.isAllowed(block, live[block]) {
                    return
                        "in the end the disk of \(machine.name), volume \(volume): \(ledger.wrong(block, live[block]))"
                }
            }
        }
        return nil
    }
}
