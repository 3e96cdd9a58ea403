import ClusterModel
import Ownership

/// The pair that the tests decide about, seen from `a`.
enum Toy {
    static let a: NodeName = "serv-a"
    static let b: NodeName = "serv-b"
    static let web: GroupName = "web"
    static let data: VolumeName = "data"

    static let unit = ResourceDefinition(kind: .unit("apache2.service"))
    static let address = ResourceDefinition(
        kind: .address(.init(address: "192.0.2.10", prefixLength: 24, interface: .both("eth0"))))
    static let volume = ResourceDefinition(kind: .volume(data))
    static let filesystem = ResourceDefinition(kind: .filesystem(.init(volume: data, mountPoint: "/srv")))

    /// Address and service.
    static func plain(preferred: NodeName = a) -> GroupDefinition {
        GroupDefinition(name: web, preferred: preferred, resources: [address, unit])
    }

    /// Volume, file system, address and service.
    static func replicated(preferred: NodeName = a) -> GroupDefinition {
        GroupDefinition(name: web, preferred: preferred, resources: [volume, filesystem, address, unit])
    }
}

extension VolumeReport {
    /// A secondary of a pair in sync.
    static let follower = VolumeReport(copy: .upToDate, peerCopy: .upToDate, replication: .connected)
    /// The primary of a pair in sync.
    static let leader = VolumeReport(isPrimary: true, copy: .upToDate, peerCopy: .upToDate, replication: .connected)
    /// A secondary that lost its primary.
    static let orphan = VolumeReport(copy: .upToDate, peerCopy: .unknown, replication: .disconnected)
    /// A primary that lost its secondary and holds its writes back (R2).
    static let frozen = VolumeReport(
        isPrimary: true, copy: .upToDate, peerCopy: .unknown, replication: .disconnected, isFrozen: true)
    /// A primary that writes alone.
    static let solo = VolumeReport(
        isPrimary: true, copy: .upToDate, peerCopy: .outdated, replication: .disconnected)
    /// Its own records say that it was the last to serve.
    static let proof = VolumeReport(copy: .upToDate, peerCopy: .outdated, replication: .disconnected)
    static let outdated = VolumeReport(copy: .outdated, peerCopy: .unknown, replication: .disconnected)
    /// After a boot: consistent, and nothing is known of the other.
    static let booted = VolumeReport(copy: .consistent, peerCopy: .unknown, replication: .disconnected)
    static let target = VolumeReport(
        copy: .inconsistent, peerCopy: .upToDate, replication: .resyncTarget, outOfSyncBytes: 64 << 20)

    func with(_ edit: (inout Self) -> Void) -> Self {
        var changed = self
        edit(&changed)
        return changed
    }
}

extension VolumeFacts {
    static func data(
        _ own: VolumeReport?, peer: VolumeReport? = nil, isCurrent: Bool = true, _ edit: (inout Self) -> Void = { _ in }
    ) -> Self {
        var facts = VolumeFacts(name: Toy.data, own: own, peer: peer, isCurrent: isCurrent)
        edit(&facts)
        return facts
    }
}

extension Instant {
    /// Seconds after the beginning of the test's world, which is not the origin of its clock.
    static func s(_ count: Int64) -> Instant {
        Instant(nanoseconds: 1_000_000_000_000) + .seconds(count)
    }
}
