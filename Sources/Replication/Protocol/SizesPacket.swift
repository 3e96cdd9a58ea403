/// What a node's disk offers and what it exports (`p_sizes`, drbd-8.4 P_SIZES). Sizes are sectors of 512 bytes.
package struct SizesPacket: Hashable, Sendable {
    /// What the own disk could offer; 0 without a disk.
    package var diskSectors: UInt64
    /// The configured limit; 0 for none.
    package var userSectors: UInt64
    /// What is exported now; 0 to provoke an answer.
    package var currentSectors: UInt64
    /// Largest request in bytes; at most 1 MiB.
    package var maximumRequestBytes: UInt32
    package var flags: Flags
    /// Present if, and only if, `.writeSame` was agreed.
    package var limits: QueueLimits?

    package init(
        diskSectors: UInt64, userSectors: UInt64 = 0, currentSectors: UInt64,
        maximumRequestBytes: UInt32 = 1 << 20, flags: Flags = [], limits: QueueLimits? = nil
    ) {
        self.diskSectors = diskSectors
        self.userSectors = userSectors
        self.currentSectors = currentSectors
        self.maximumRequestBytes = maximumRequestBytes
        self.flags = flags
        self.limits = limits
    }

    /// How a new size came about.
    package struct Flags: OptionSet, Hashable, Sendable {
        package let rawValue: UInt16

        package init(rawValue: UInt16) {
            self.rawValue = rawValue
        }

        /// The administrator insists.
        package static let forced = Flags(rawValue: 1)
        /// What was added need not be resynchronised.
        package static let noResync = Flags(rawValue: 2)
    }
}

/// The lower disk's request limits, in bytes.
package struct QueueLimits: Hashable, Sendable {
    package var physicalBlockBytes: UInt32
    package var logicalBlockBytes: UInt32
    package var alignmentOffset: UInt32
    package var minimumIOBytes: UInt32
    package var optimalIOBytes: UInt32
    package var discardEnabled: Bool
    package var discardZeroesData: Bool
    package var writeSameCapable: Bool

    package init(
        physicalBlockBytes: UInt32 = 4096, logicalBlockBytes: UInt32 = 512, alignmentOffset: UInt32 = 0,
        minimumIOBytes: UInt32 = 4096, optimalIOBytes: UInt32 = 0, discardEnabled: Bool = false,
        discardZeroesData: Bool = false, writeSameCapable: Bool = false
    ) {
        self.physicalBlockBytes = physicalBlockBytes
        self.logicalBlockBytes = logicalBlockBytes
        self.alignmentOffset = alignmentOffset
        self.minimumIOBytes = minimumIOBytes
        self.optimalIOBytes = optimalIOBytes
        self.discardEnabled = discardEnabled
        self.discardZeroesData = discardZeroesData
        self.writeSameCapable = writeSameCapable
    }
}
