import ClusterModel
import LinuxIO
import Replication

/// The opened devices of a volume on this node.
struct VolumeDisks {
    var data: RawDisk
    /// The same object as `data` where the metadata are internal.
    var metadata: RawDisk
    var kind: MetadataKind

    /// Where a definition puts data and metadata on a node.
    struct Paths: Hashable, Sendable {
        var data: String
        var metadata: String
        var kind: MetadataKind
    }

    /// - Throws: where the definition says nothing for this node, which the configuration's check reports too.
    static func paths(_ definition: VolumeDefinition, node: NodeName) throws(VolumeDiskError) -> Paths {
        guard let data = definition.disk[node] else {
            throw .undefined("volume \(definition.name) has no disk on \(node)")
        }
        switch definition.metadata {
        case .internal:
            return Paths(data: data, metadata: data, kind: .internal)
        case .external(let devices):
            guard let device = devices[node] else {
                throw .undefined("volume \(definition.name) has no metadata device on \(node)")
            }
            return Paths(data: data, metadata: device, kind: .flexibleExternal)
        case .indexed(let devices, let index):
            guard let device = devices[node] else {
                throw .undefined("volume \(definition.name) has no metadata device on \(node)")
            }
            return Paths(data: data, metadata: device, kind: .indexed(index))
        }
    }

    /// Opens them for this process alone.
    static func open(
        _ paths: Paths, access: RawDisk.Access = .readWrite, ring: IOUring?
    ) throws(VolumeDiskError) -> VolumeDisks {
        do {
            let data = try RawDisk(paths.data, access: access, ring: ring)
            let metadata = paths.kind == .internal ? data : try RawDisk(paths.metadata, access: access, ring: ring)
            return VolumeDisks(data: data, metadata: metadata, kind: paths.kind)
        } catch {
            throw .system(error)
        }
    }
}
