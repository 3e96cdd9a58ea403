/// The flag word of the superblock (drbd-8.4 on-disk metadata, flags). Bits unknown to us are kept.
package struct MetadataFlags: OptionSet, Hashable, Sendable, Codable {
    package var rawValue: UInt32

    package init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    /// The own disk is better than Inconsistent.
    package static let consistent = MetadataFlags(rawValue: 0x001)
    /// This node is Primary, or holds the only data of a Primary peer.
    package static let primary = MetadataFlags(rawValue: 0x002)
    /// There is a connection.
    package static let connected = MetadataFlags(rawValue: 0x004)
    /// The bitmap is to be taken as all ones.
    package static let fullSync = MetadataFlags(rawValue: 0x008)
    /// The own disk is better than Outdated.
    package static let wasUpToDate = MetadataFlags(rawValue: 0x010)
    /// The peer's disk is known to be Inconsistent or Outdated.
    package static let peerOutdated = MetadataFlags(rawValue: 0x020)
    /// This node crashed as Primary and has not been in sync with the peer since.
    package static let crashedPrimary = MetadataFlags(rawValue: 0x040)
    /// The activity log has been applied to the bitmap.
    package static let activityLogClean = MetadataFlags(rawValue: 0x080)
    /// The activity log is not maintained.
    package static let activityLogDisabled = MetadataFlags(rawValue: 0x100)
}

extension MetadataFlags {
    /// The disk state the record speaks of; what `drbdmeta dstate` prints.
    package var recordedDiskState: DiskState {
        guard contains(.consistent) else { return .inconsistent }
        guard contains(.wasUpToDate) else { return .outdated }
        return contains(.peerOutdated) ? .upToDate : .consistent
    }

    /// The disk state right after attaching without a connection.
    ///
    /// A copy that was the newest stays Consistent until the peer is asked, unless the peer is known to be
    /// older, or the owner does not care (`fencing dont-care`). While already connected the state is
    /// Negotiating until the peer has answered, and this the fall-back.
    package func diskStateAtAttach(fencingIsDontCare: Bool) -> DiskState {
        let recorded = recordedDiskState
        return recorded == .consistent && fencingIsDontCare ? .upToDate : recorded
    }

    /// Whether this node was Primary when it stopped without saying so, now or at an earlier attach.
    package var crashedAsPrimary: Bool {
        !isDisjoint(with: [.primary, .crashedPrimary])
    }

    /// Whether attaching must set the whole bitmap: a full resync was ordered, or a Primary crashed
    /// whose activity log says nothing.
    package var demandsFullBitmap: Bool {
        contains(.fullSync) || crashedAsPrimary && contains(.activityLogDisabled)
    }

    /// The flags to record with a new state; only the orders (`fullSync`, `activityLogDisabled`) are kept.
    /// `crashedPrimary` is memory, not state, and comes from the caller.
    package func recording(
        role: Role, peerRole: Role, disk: DiskState, peerDisk: DiskState, connection: ConnectionState,
        crashedPrimary: Bool
    ) -> MetadataFlags {
        let statements: MetadataFlags = [
            .consistent, .primary, .connected, .wasUpToDate, .peerOutdated, .crashedPrimary, .activityLogClean,
        ]
        var flags = subtracting(statements)
        if disk > .inconsistent { flags.insert(.consistent) }
        if disk > .outdated { flags.insert(.wasUpToDate) }
        if role == .primary || peerRole == .primary && peerDisk < .inconsistent { flags.insert(.primary) }
        if connection > .waitForReportParams { flags.insert(.connected) }
        if peerDisk == .inconsistent || peerDisk == .outdated { flags.insert(.peerOutdated) }
        if crashedPrimary { flags.insert(.crashedPrimary) }
        return flags
    }
}

extension MetadataFlags: CustomStringConvertible {
    package var description: String {
        let names: [(MetadataFlags, String)] = [
            (.consistent, "consistent"), (.wasUpToDate, "was-up-to-date"), (.primary, "primary"),
            (.connected, "connected"), (.fullSync, "full-sync"), (.peerOutdated, "peer-outdated"),
            (.crashedPrimary, "crashed-primary"), (.activityLogClean, "activity-log-clean"),
            (.activityLogDisabled, "activity-log-disabled"),
        ]
        return names.filter { contains($0.0) }.map(\.1).joined(separator: " ")
    }
}
