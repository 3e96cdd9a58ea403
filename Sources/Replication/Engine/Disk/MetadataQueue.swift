import ClusterModel

/// What waits for metadata to be on stable storage.
///
/// Metadata writes are carried out one after another, so "everything handed out so far is stored" is the same as
/// "the last one is".
struct MetadataQueue: Sendable {
    private var nextID: UInt64 = 1
    private var lastStored: UInt64 = 0
    private var waiting = Queue<(id: UInt64, step: MetadataStep)>()

    /// Whether everything handed out is stored.
    var isIdle: Bool { lastStored + 1 == nextID }

    /// A number for a write that is handed out now.
    mutating func issue() -> MetadataWriteID {
        defer { nextID += 1 }
        return MetadataWriteID(rawValue: nextID)
    }

    /// Whether a write with this number is due: they are reported once and in order.
    func expects(_ id: MetadataWriteID) -> Bool { id.rawValue == lastStored + 1 && id.rawValue < nextID }

    /// Does `step` once everything handed out so far is stored. False when that is so already: do it now.
    mutating func defer_(_ step: MetadataStep) -> Bool {
        guard !isIdle else { return false }
        waiting.append((nextID - 1, step))
        return true
    }

    /// The write is stored; returns what waited for it, in order.
    mutating func stored(_ id: MetadataWriteID) -> [MetadataStep] {
        lastStored = id.rawValue
        var due: [MetadataStep] = []
        while let first = waiting.first, first.id <= lastStored {
            due.append(first.step)
            _ = waiting.popFirst()
        }
        return due
    }

    /// The disk is gone: nothing will be reported any more. Returns all that waited, in order.
    mutating func abandon() -> [MetadataStep] {
        lastStored = nextID - 1
        return waiting.removeAll().map(\.step)
    }
}

/// What goes on once metadata are stored.
enum MetadataStep: Hashable, Sendable {
    /// A transaction of the activity log: the writes that waited for it may begin.
    case activityLog
    /// A new generation: writes held back for it go on.
    case generation
    /// An order is carried out.
    case order(OrderID, VolumeOrderResult)
    /// The sync UUID is recorded here: tell the target, and mirror from now on.
    case syncSourceBegins(session: UInt64)
    /// This copy is marked Outdated: the peer may hear that it is to be the source.
    case targetAnnounced(session: UInt64)
    /// This copy is marked Inconsistent: overwrite it.
    case syncTargetBegins(session: UInt64)
    /// This copy is current again: tell the source.
    case syncTargetFinished(session: UInt64)
    /// All bits are on disk: a full resync without bitmap exchange goes on.
    case invalidated(session: UInt64)
    /// This copy is marked as the peer wished: answer it.
    case verdict(session: UInt64, StateChangeResult, isForConnection: Bool)
    /// The own copy is marked Outdated: ask the Primary to part.
    case partingAsOutdated(session: UInt64)
    case announceState(session: UInt64)
    case stop
}
