import ClusterModel
import Membership
import Ownership

/// The brain of one node: what it heard, what it decides, in one value.
///
/// `handle` is the only way in, its result the only way out. The same events at the same instants give the same effects.
package struct Node: Sendable {
    package let definition: ClusterDefinition
    package let name: NodeName
    package let peerName: NodeName
    /// Digest of the definition, as the beats carry it.
    package let configuration: UInt64

    /// - Precondition: `definition` was checked, and lists `name` as one of its two nodes.
    package init(definition: ClusterDefinition, name: NodeName, configuration: UInt64) {
        guard let peer = definition.peer(of: name), definition.nodes.contains(where: { $0.name == name }) else {
            preconditionFailure("\(name) is not one of the two nodes of cluster \(definition.name)")
        }
        self.definition = definition
        self.name = name
        self.peerName = peer
        self.configuration = configuration
    }

    package mutating func handle(_ event: NodeEvent, at now: Instant) -> [NodeEffect] {
        []
    }

    /// What `bascule status` shows; changes nothing.
    package func status(at now: Instant) -> NodeStatus {
        NodeStatus(
            cluster: definition.name, node: name, phase: .starting, epoch: .zero, boot: 0, incarnation: 0,
            peer: PeerStatus(name: peerName, verdict: .unheard, sentence: "\(peerName) was not heard yet"))
    }
}
