import ClusterModel
import Configuration

/// What `bascule run` was started with, checked and complete.
struct NodeSettings {
    var definition: ClusterDefinition
    var node: NodeName
    var peer: NodeName
    var configuration: ConfigurationHash
    /// The first seals, all of them open.
    var keys: [SharedKey]
    var runDirectory: String
    var stateDirectory: String
    var version: String
    var reset = MachineReset.kernel
}
