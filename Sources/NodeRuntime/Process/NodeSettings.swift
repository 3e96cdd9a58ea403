import ClusterModel
import Configuration

/// What `bascule run` was started with, checked and complete.
struct NodeSettings {
    var definition: ClusterDefinition
    var node: NodeName
    var peer: NodeName
    var configuration: ConfigurationHash
    var key: SharedKey
    var runDirectory: String
    var stateDirectory: String
    var version: String
    var reset = MachineReset.kernel
}
