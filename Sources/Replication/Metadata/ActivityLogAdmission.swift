/// The activity log's answer to a request that wants to begin.
package enum ActivityLogAdmission: Hashable, Sendable {
    /// Every extent is in the log on stable storage: the request may begin.
    case hot
    /// The request holds its extents, and may begin once the transaction with this number was stored.
    /// Several transactions may be due before; numbers are handed out in order.
    case afterTransaction(UInt32)
    /// Too few slots are idle; nothing is held. Ask again, oldest request first, after an `end` that freed a slot.
    case mustWait
}
