import Replication

/// What the rest of the process is told of the engine.
struct EngineObserver {
    /// Something worth a line.
    var log: (VolumeLogEntry) -> Void
    /// The report changed.
    var changed: () -> Void
    /// All events that were waiting have been handled.
    var settled: () -> Void
    /// The disk failed and the owner wants the node stopped.
    var panicked: (String) -> Void
    /// The engine has parted in order.
    var stopped: () -> Void
}
