/// What a node may do with the replicated device. Raw values as on the wire (drbd-8.4 state model, values).
package enum Role: UInt8, Hashable, Sendable, Codable, CaseIterable, Comparable {
    /// The peer's role while there is no connection; never a node's own.
    case unknown = 0
    /// May read and write the device.
    case primary = 1
    /// Keeps a copy; its device can neither be read nor written.
    case secondary = 2

    package static func < (left: Role, right: Role) -> Bool {
        left.rawValue < right.rawValue
    }
}

extension Role: CustomStringConvertible {
    /// The name as DRBD prints it.
    package var description: String {
        switch self {
        case .unknown: "Unknown"
        case .primary: "Primary"
        case .secondary: "Secondary"
        }
    }
}
