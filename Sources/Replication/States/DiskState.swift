/// What is known of one copy of the data. Raw values as on the wire; the order carries meaning: "better
/// than Outdated" and the like appear in the rules (drbd-8.4 state model, values).
package enum DiskState: UInt8, Hashable, Sendable, Codable, CaseIterable, Comparable {
    /// No disk: reads and writes go to the peer.
    case diskless = 0
    /// Metadata is being read.
    case attaching = 1
    /// Detaching after an I/O error.
    case failed = 2
    /// Attached while connected: the peer has not answered yet which copy is the better one.
    case negotiating = 3
    /// Holds blocks of different times; unusable until a resync has ended.
    case inconsistent = 4
    /// Usable, but known to be older than the peer's copy.
    case outdated = 5
    /// The peer's disk while nothing is known of it; never a node's own.
    case unknown = 6
    /// Usable; whether it is the newest copy is not known until the peer is asked.
    case consistent = 7
    /// The newest copy.
    case upToDate = 8

    package static func < (left: DiskState, right: DiskState) -> Bool {
        left.rawValue < right.rawValue
    }
}

extension DiskState: CustomStringConvertible {
    /// The name as DRBD prints it.
    package var description: String {
        switch self {
        case .diskless: "Diskless"
        case .attaching: "Attaching"
        case .failed: "Failed"
        case .negotiating: "Negotiating"
        case .inconsistent: "Inconsistent"
        case .outdated: "Outdated"
        case .unknown: "DUnknown"
        case .consistent: "Consistent"
        case .upToDate: "UpToDate"
        }
    }
}
