import ClusterModel
import Control

/// Questions that scenarios ask a node's status.
package enum PairStatus {
    package static func serves(_ status: NodeStatusDocument, _ group: GroupName) -> Bool {
        status.groups.contains { $0.name == group && $0.state == .serving && $0.servedBy == status.node }
    }

    package static func isInSync(_ volume: VolumeStatusDocument) -> Bool {
        volume.disk == .upToDate && volume.peerDisk == .upToDate && volume.counters.outOfSync == 0
    }

    package static func volume(_ node: Node) throws -> VolumeStatusDocument {
        guard let volume = try node.status().volumes.first else { throw LabError("\(node.name) reports no volume") }
        return volume
    }
}
