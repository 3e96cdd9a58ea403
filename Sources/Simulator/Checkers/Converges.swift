import ClusterModel
import NodeCore
import Replication

/// Verifies, when the faults have been over for the stated time, that the pair has come back to what it is for: every group
/// served by exactly one node, both copies of every volume UpToDate and connected. Where it has not, the sentence
/// says what the nodes say they wait for, or that they do not say it.
///
/// Does not judge the way there.
struct Converges: Checker {
    let name = "Converges"

    mutating func observe(_ observation: Observation, in world: World) -> String? {
        guard case .mustHaveConverged = observation else { return nil }
        let missing = Self.missing(in: world)
        return missing.isEmpty ? nil : missing.joined(separator: "; ") + ". " + Self.explanations(in: world)
    }

    /// What is not as it should be; none: converged.
    static func missing(in world: World) -> [String] {
        var missing: [String] = []
        for group in world.definition.groups.indices {
            let serving = world.machines.filter { $0.isKernelUp && $0.kernel.serves(group) }
            if serving.count != 1 { missing.append("group \(group) is served by \(serving.count) nodes") }
        }
        for machine in world.machines {
            if !machine.cluster.isRunning { missing.append("\(machine.name) does not run") }
            for volume in world.definition.volumes.indices {
                guard let report = machine.engines[volume].engine?.report else {
                    missing.append("\(machine.name) has no engine for volume \(volume)")
                    continue
                }
                if report.copy != .upToDate || report.replication != .connected || report.isFrozen {
                    missing.append(
                        "volume \(volume) on \(machine.name) is \(report.copy), \(report.replication)"
                            + (report.isFrozen ? ", frozen" : "") + (report.isSplitBrain ? ", split brain" : ""))
                }
            }
        }
        return missing
    }

    private static func explanations(in world: World) -> String {
        world.machines.compactMap { machine in
            guard let status = machine.cluster.node?.status(at: machine.now) else { return nil }
            let groups = status.groups.map { group in
                "\(group.name): \(group.sentence) "
                    + (group.waitingFor.map { "(waits for \($0))" } ?? "(does not say that it waits)")
            }
            return "\(machine.name) says: " + groups.joined(separator: "; ")
        }.joined(separator: ". ")
    }
}
