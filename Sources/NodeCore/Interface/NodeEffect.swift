import ClusterModel

/// What the brain wants done. Effects are carried out in order and hold no decisions; none of them answers by itself,
/// answers come as events.
package enum NodeEffect: Hashable, Sendable {
    /// Seal and send on every link. A link still busy with an older beat drops that one: beats carry state.
    case sendHeartbeat(Heartbeat)
    /// Arms, or moves, the one timer of this name.
    case armTimer(NodeTimer, at: Instant)
    case cancelTimer(NodeTimer)
    /// Start resource `resource` (index in the group's definition). Must succeed at once where it runs already.
    /// Answer: `stepCompleted`. Never used for `.volume` resources: those are started by `orderVolume(promote)`, whose
    /// `.done` means that `/dev/bascule/NAME` can be used.
    case startResource(StepID, GroupName, resource: Int, timeout: Duration)
    /// Stop it; must succeed at once where it does not run. `.volume` resources are stopped by `orderVolume(demote)`.
    case stopResource(StepID, GroupName, resource: Int, timeout: Duration)
    /// Begin or end watching a started resource. Never for `.volume` resources, whose engine reports by itself.
    case monitorResource(GroupName, resource: Int, isOn: Bool)
    /// Answer: `volumeOrderCompleted`; `.refused` also when no engine is connected.
    case orderVolume(OrderID, VolumeName, VolumeOrder)
    /// Write to stable storage (write, sync, rename, sync the folder), then `stateStored`. Stores are carried out in order.
    case storeState(StoreID, StoredState)
    /// Ask ARP/NA several times, spread over `within`, whether anybody holds one of the addresses.
    /// An answer ends the probe at once, silence ends it when `within` is over.
    case probeAddresses(ProbeID, [AddressResource], within: Duration)
    /// Ping each of the definition's `pingNodes` at this interval; nil stops.
    case pingNodes(every: Duration?)
    /// Gratuitous ARP / unsolicited NA for the group's addresses: 5, 200 ms apart.
    case announceAddresses(GroupName)
    case reply(RequestID, OperatorOutcome)
    case log(LogLevel, String)
    /// The first one opens and arms the watchdog device; when none comes in time, the machine resets.
    case feedWatchdog
    /// Reset the machine at once, without sync (rule R6).
    case resetMachine(reason: String)
    /// Everything is released: disarm the watchdog and end the process with success.
    case exit
}

/// How loud a sentence for the log is.
package enum LogLevel: UInt8, Hashable, Comparable, Sendable, Codable {
    case debug
    case info
    case warning
    case error

    package static func < (left: LogLevel, right: LogLevel) -> Bool {
        left.rawValue < right.rawValue
    }
}

/// The brain's timers. To the runtime they are only names: one timer each, `armTimer` moves it.
package enum NodeTimer: Hashable, Sendable {
    /// Send a beat, feed the watchdog.
    case keepalive
    /// The peer becomes late or dead if nothing is heard until then; also the end of initdead.
    case peer
    /// The running step of the group exceeds its timeout.
    case step(GroupName)
    /// Something waits for its time.
    case work
    /// Reset although the state could not be stored in time.
    case reset
    /// Say goodbye a last time and exit.
    case leave
}
