import ClusterModel

/// Keeps a node from resetting itself for ever: twice in a row for one reason, and it stays down quietly.
package enum FenceMemory {
    package static func staysDown(_ reasons: [String]) -> String? {
        guard reasons.count >= 2, let last = reasons.last, reasons[reasons.count - 2] == last else { return nil }
        return "this node reset itself twice in a row because \(last); `bascule clear` after the cause is removed"
    }
}
