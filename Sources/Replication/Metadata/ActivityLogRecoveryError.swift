/// The activity log cannot be replayed, and the node was Primary: which blocks differ is not known.
package enum ActivityLogRecoveryError: Error, Hashable, Sendable {
    /// No block of the ring is valid.
    case nothingValid
    /// No transaction is valid, and blocks other than the first are damaged.
    case onlyDamagedTransactions(corruptBlocks: Int)
}

extension ActivityLogRecoveryError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .nothingValid:
            "no block of the activity log is valid: a full resync from the peer, or from here, is needed"
        case .onlyDamagedTransactions(let blocks):
            "\(blocks) blocks of the activity log are damaged and no transaction is left: a full resync is needed"
        }
    }
}
