/// One block of the activity log: which slots change, and a window of what the slots held before
/// (drbd-8.4 on-disk metadata, activity log).
package struct ActivityLogTransaction: Hashable, Sendable {
    /// A slot gets a new extent.
    package struct Update: Hashable, Sendable {
        package var slot: UInt16
        /// Number of the 4 MiB extent, or `free`.
        package var extent: UInt32

        package init(slot: UInt16, extent: UInt32) {
            self.slot = slot
            self.extent = extent
        }
    }

    /// The extent number that stands for "none".
    package static let free = UInt32.max
    /// The most updates one block holds.
    package static let updateCapacity = 64
    /// The most slots one block's context holds.
    package static let contextCapacity = 919

    /// Counts up by one per transaction and wraps.
    package var number: UInt32
    /// At most `updateCapacity`.
    package var updates: [Update]
    /// Slots in use in the whole log.
    package var contextSize: UInt16
    /// The first slot of the window.
    package var contextStart: UInt16
    /// What the slots from `contextStart` on held before the updates; at most `contextCapacity`.
    package var context: [UInt32]

    package init(number: UInt32, updates: [Update], contextSize: UInt16, contextStart: UInt16, context: [UInt32]) {
        precondition(
            updates.count <= Self.updateCapacity && context.count <= Self.contextCapacity,
            "transaction \(number) has \(updates.count) updates and a window of \(context.count) slots")
        self.number = number
        self.updates = updates
        self.contextSize = contextSize
        self.contextStart = contextStart
        self.context = context
    }
}
