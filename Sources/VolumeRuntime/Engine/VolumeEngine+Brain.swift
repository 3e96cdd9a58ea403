import Replication

extension VolumeEngine: VolumeBrain {}
