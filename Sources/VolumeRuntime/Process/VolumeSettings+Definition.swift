import ClusterModel
import Replication

extension VolumeSettings {
    /// What a definition says to the engine; the rest are DRBD's defaults.
    init(_ definition: VolumeDefinition) {
        self.init(
            wireProtocol: definition.wireProtocol, splitBrain: definition.afterSplitBrain,
            onIOError: definition.onIOError, activityLogSlots: definition.activityLogExtents,
            resyncRate: definition.resyncRate, sizeLimit: definition.sizeLimit)
    }
}
