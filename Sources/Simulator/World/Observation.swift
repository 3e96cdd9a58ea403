import ClusterModel
import NodeCore

/// What the checkers are shown.
package enum Observation: Sendable {
    /// Half a second has passed.
    case tick
    case addressChanged(node: Int, group: Int, isHeld: Bool)
    /// A node's state reached stable storage.
    case stored(node: Int, StoredState)
    case reset(node: Int, reason: String, bySelf: Bool)
    /// A client's write was acknowledged under a mount that another node has replaced.
    case acknowledgedByOld(volume: Int, node: Int)
    /// A mount found what it must not find.
    case contentWrong(volume: Int, node: Int, WrongContent)
    /// A client read an older record than the last one it knows to be stored.
    case staleRead(group: Int, node: Int, slot: Int)
    /// The faults are over, and so is the time for convergence.
    case mustHaveConverged
    /// The story ends without a server: the nodes must say what they wait for.
    case mustWait
}
