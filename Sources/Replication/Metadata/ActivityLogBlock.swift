/// What one block of the activity log's ring holds.
package enum ActivityLogBlock: Hashable, Sendable {
    /// Written when the ring was initialised; says nothing.
    case initialised
    case transaction(ActivityLogTransaction)
    /// Not a block of the log: torn, never written, or damaged.
    case corrupt
}
