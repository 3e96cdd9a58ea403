import ClusterModel

/// Sorts out well-sealed beats that are not the peer's, and counts them.
package struct BeatFilter: Hashable, Sendable {
    package enum Origin: Hashable, Sendable {
        case peer
        /// Our own, come back from a broadcast or a looped cable.
        case echo
        /// Another machine that bears our name.
        case namesake
        /// A node that our definition does not list.
        case stranger
        case foreignCluster
    }

    package let cluster: String
    package let node: NodeName
    package let peer: NodeName
    package private(set) var echoes: UInt64 = 0
    package private(set) var namesakes: UInt64 = 0
    package private(set) var strangers: UInt64 = 0
    package private(set) var foreign: UInt64 = 0

    package init(cluster: String, node: NodeName, peer: NodeName) {
        self.cluster = cluster
        self.node = node
        self.peer = peer
    }

    /// Our own earlier incarnations on this boot count as echoes: a beat may have been under way while we restarted.
    package mutating func origin(of beat: Heartbeat, boot: UInt64) -> Origin {
        guard beat.cluster == cluster else {
            foreign += 1
            return .foreignCluster
        }
        if beat.sender == peer { return .peer }
        guard beat.sender == node else {
            strangers += 1
            return .stranger
        }
        guard beat.boot != boot else {
            echoes += 1
            return .echo
        }
        namesakes += 1
        return .namesake
    }
}
