import Authentication
import ClusterModel

@testable import NodeRuntime

/// Beats, keys and definitions that tests speak of.
enum Sample {
    static let cluster = "test"

    static func envelope(key: UInt8 = 7, cluster: String = cluster) throws -> BeatEnvelope {
        struct NoKey: Error {}
        guard let key = HeartbeatKey(id: 1, secret: [UInt8](repeating: key, count: 32)), let seal = HeartbeatSeal([key])
        else { throw NoKey() }
        return BeatEnvelope(seal, cluster: cluster)
    }

    static func beat(
        from sender: NodeName = "serv-b", sequence: UInt64 = 1, boot: UInt64 = 2, cluster: String = cluster
    ) -> Heartbeat {
        Heartbeat(
            cluster: cluster, sender: sender, boot: boot, incarnation: 3, sequence: sequence, configuration: 4,
            phase: .active)
    }

    static func definition(
        links: [LinkDefinition] = [], groups: [GroupDefinition] = [], volumes: [VolumeDefinition] = [],
        timing: Timing = Timing(
            keepalive: .milliseconds(50), warntime: .milliseconds(200), deadtime: .milliseconds(400),
            initdead: .milliseconds(800))
    ) -> ClusterDefinition {
        ClusterDefinition(
            name: cluster, nodes: [.init(name: "serv-a"), .init(name: "serv-b")], timing: timing, links: links,
            volumes: volumes, groups: groups)
    }
}
