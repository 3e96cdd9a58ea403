import ClusterModel

/// A volume of `drbd.conf`, with the names under which `haresources` knows it.
struct ImportedVolume {
    var definition: VolumeDefinition
    /// The resource's name, as `drbddisk::NAME` gives it.
    var resource: String
    /// Paths of its block device, as `Filesystem::DEVICE` gives one.
    var devices: [String]
}
