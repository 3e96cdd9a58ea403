/// What one side speaks (`P_CONNECTION_FEATURES`, drbd-8.4 features).
package struct ConnectionFeatures: Hashable, Sendable {
    package var protocolMinimum: UInt32
    package var protocolMaximum: UInt32
    package var features: Features

    package init(protocolMinimum: UInt32, protocolMaximum: UInt32, features: Features) {
        self.protocolMinimum = protocolMinimum
        self.protocolMaximum = protocolMaximum
        self.features = features
    }

    /// The one version this project speaks.
    package static let version: UInt32 = 101

    /// What both can speak: the highest common version and the common features; nil where the ranges do not overlap.
    package func agreed(with other: ConnectionFeatures) -> (version: UInt32, features: Features)? {
        let version = min(protocolMaximum, other.protocolMaximum)
        guard version >= max(protocolMinimum, other.protocolMinimum) else { return nil }
        return (version, features.intersection(other.features))
    }
}

/// Optional packets both sides must agree on.
package struct Features: OptionSet, Hashable, Sendable {
    package let rawValue: UInt32

    package init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    /// `trim` may be sent.
    package static let trim = Features(rawValue: 1)
    /// `resyncThinRequest` and `resyncDeallocated` may be used.
    package static let thinResync = Features(rawValue: 2)
    /// `sizes` carries the queue limits; discards up to 128 MiB; UUID rule 41 is usable.
    package static let writeSame = Features(rawValue: 4)
    /// `zeroes` may be sent; `trim` then only means discard.
    package static let writeZeroes = Features(rawValue: 8)
}
