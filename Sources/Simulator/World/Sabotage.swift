/// A way to break a core, or what the runtime promises it, on purpose: proof that the checkers would notice.
package enum Sabotage: String, Hashable, Sendable, CaseIterable {
    /// The client's write is acknowledged when it is given to the own disk.
    case acknowledgeEarly = "acknowledge-early"
    /// Frozen writes go on at once, without anybody's permission (rule R2).
    case noFreeze = "no-freeze"
    /// Nobody is asked who holds the service address (rule R3).
    case skipProbe = "skip-probe"
    /// A stopped group keeps its address.
    case keepAddress = "keep-address"
    /// The state file is never really written.
    case forgetState = "forget-state"
    /// After a crash the activity log is not applied.
    case forgetActivityLog = "forget-activity-log"
    /// Metadata is written although the data before it is still in the disk's cache.
    case skipFlushBeforeMetadata = "skip-flush-before-metadata"
    /// Nine of ten beats are not sent.
    case starveBeats = "starve-beats"
    /// Writes of a resync are acknowledged and not carried out.
    case skipResyncWrites = "skip-resync-writes"
    /// The stored epoch goes down.
    case lowerEpoch = "lower-epoch"
    /// The node resets itself whenever it has served for a while.
    case fenceAgainAndAgain = "fence-again-and-again"
    /// The engine never tells that it is connected, and so nothing is ever ready.
    case silentEngine = "silent-engine"
}
