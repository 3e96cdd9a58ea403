/// A node's generation UUIDs and how much it believes to differ (`p_uuids`, drbd-8.4 P_UUIDS).
package struct UUIDsPacket: Hashable, Sendable {
    package var current: UInt64
    package var bitmap: UInt64
    package var historyStart: UInt64
    package var historyEnd: UInt64
    /// Set bits of the sender's bitmap, 4 KiB each.
    package var bitsSet: UInt64
    package var flags: Flags

    package init(
        current: UInt64, bitmap: UInt64, historyStart: UInt64, historyEnd: UInt64, bitsSet: UInt64,
        flags: Flags = []
    ) {
        self.current = current
        self.bitmap = bitmap
        self.historyStart = historyStart
        self.historyEnd = historyEnd
        self.bitsSet = bitsSet
        self.flags = flags
    }

    package struct Flags: OptionSet, Hashable, Sendable {
        package let rawValue: UInt64

        package init(rawValue: UInt64) {
            self.rawValue = rawValue
        }

        /// After a split brain the sender gives up its own changes.
        package static let discardMyData = Flags(rawValue: 1)
        package static let crashedPrimary = Flags(rawValue: 2)
        /// The sender's disk is going to be Inconsistent (decides what "Negotiating" means).
        package static let diskInconsistent = Flags(rawValue: 4)
        /// Both disks are new: take them as equal.
        package static let skipInitialSync = Flags(rawValue: 8)
    }
}
