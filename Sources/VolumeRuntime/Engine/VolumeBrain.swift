import ClusterModel
import Replication

/// What an `EngineHost` hosts: `VolumeEngine`, or a scripted one in tests.
protocol VolumeBrain {
    mutating func handle(_ event: VolumeEvent, at now: Instant) -> [VolumeEffect]
}
