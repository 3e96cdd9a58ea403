/// A raw partition that both nodes hold a copy of.
package struct VolumeDefinition: Hashable, Sendable, Codable {
    package var name: VolumeName
    /// The lower device (`/dev/sda1`) or, in the lab, a file or loop device.
    package var disk: PerNode<String>
    package var metadata: MetadataPlacement
    /// `ADDRESS:PORT` of the replication connection, by node. IPv6 in brackets.
    package var address: [NodeName: String]
    package var wireProtocol: WireProtocol
    /// Slots of the activity log: 4 MiB each may be written without a log update (67…6433).
    package var activityLogExtents: Int
    /// Upper bound of the resync speed in bytes a second; nil means as fast as the link and disks allow.
    package var resyncRate: UInt64?
    package var onIOError: IOErrorPolicy
    package var afterSplitBrain: SplitBrainPolicies
    /// Limits the size offered to the peer, bytes; nil means the whole usable space.
    package var sizeLimit: UInt64?

    package init(
        name: VolumeName, disk: PerNode<String>, metadata: MetadataPlacement = .internal,
        address: [NodeName: String], wireProtocol: WireProtocol = .c, activityLogExtents: Int = 1237,
        resyncRate: UInt64? = nil, onIOError: IOErrorPolicy = .detach,
        afterSplitBrain: SplitBrainPolicies = SplitBrainPolicies(), sizeLimit: UInt64? = nil
    ) {
        self.name = name
        self.disk = disk
        self.metadata = metadata
        self.address = address
        self.wireProtocol = wireProtocol
        self.activityLogExtents = activityLogExtents
        self.resyncRate = resyncRate
        self.onIOError = onIOError
        self.afterSplitBrain = afterSplitBrain
        self.sizeLimit = sizeLimit
    }
}

/// Where the DRBD v08 metadata lies.
package enum MetadataPlacement: Hashable, Sendable, Codable {
    /// At the end of the volume's own disk.
    case `internal`
    /// Alone on a device of its own (`flex-external`).
    case external(PerNode<String>)
    /// A 128 MiB slot on a shared metadata device.
    case indexed(PerNode<String>, index: UInt8)
}

/// When a write counts as done (paper §4.1). Only C keeps the first guarantee.
package enum WireProtocol: String, Hashable, Sendable, Codable, CaseIterable {
    case a = "A"
    case b = "B"
    case c = "C"
}

/// What happens when the lower disk fails a request.
package enum IOErrorPolicy: String, Hashable, Sendable, Codable, CaseIterable {
    /// Give the disk up and go on with the peer's.
    case detach
    /// Report the error to the file system.
    case passOn = "pass-on"
    /// Freeze this node so that the peer takes over (the paper's `panic`).
    case panic
}

/// What to do when both copies were written apart (drbd.conf `after-sb-0pri/1pri/2pri`).
package struct SplitBrainPolicies: Hashable, Sendable, Codable {
    package enum ZeroPrimaries: String, Hashable, Sendable, Codable, CaseIterable {
        case disconnect
        case discardYoungerPrimary = "discard-younger-primary"
        case discardOlderPrimary = "discard-older-primary"
        case discardZeroChanges = "discard-zero-changes"
        case discardLeastChanges = "discard-least-changes"
    }
    package enum OnePrimary: String, Hashable, Sendable, Codable, CaseIterable {
        case disconnect
        case consensus
        case discardSecondary = "discard-secondary"
    }

    package var zeroPrimaries: ZeroPrimaries
    package var onePrimary: OnePrimary

    package init(zeroPrimaries: ZeroPrimaries = .disconnect, onePrimary: OnePrimary = .disconnect) {
        self.zeroPrimaries = zeroPrimaries
        self.onePrimary = onePrimary
    }
}
