import ClusterModel
import Ownership

/// One volume with what its engine said and what it was told outside of a group's steps.
struct VolumeDesk: Sendable {
    /// Least time between two orders of the same kind: the engine's report may come a little later than its answer.
    static let pause = Duration.milliseconds(500)

    let name: VolumeName
    var report: VolumeReport?
    var memory = VolumeMemory()
    var order: OrderID?
    var lastOrder: VolumeOrder?
    var retryAt: Instant?
    /// Since which beat we ask the peer to mark its copy outdated.
    var requestSince: UInt64?
    /// The service address is held by somebody: this copy must not be served later (R3).
    var steppedBack = false
    var isRenounced = false
    /// Before this is stored the peer must not rely on it.
    var renounceStore: StoreID?
    var isSplitBrainKnown = false
    var decision: Decision?

    init(_ name: VolumeName) {
        self.name = name
    }
}
