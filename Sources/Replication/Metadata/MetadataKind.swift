/// Where a volume keeps its metadata (drbd-8.4 on-disk metadata, placement).
package enum MetadataKind: Hashable, Sendable, Codable {
    /// At the end of the data device.
    case `internal`
    /// On a device of its own, which it takes whole.
    case flexibleExternal
    /// In the 128 MiB with this index of a device shared by several volumes.
    case indexed(UInt8)
}

extension MetadataKind: CustomStringConvertible {
    /// The index argument `drbdmeta` expects.
    package var description: String {
        switch self {
        case .internal: "internal"
        case .flexibleExternal: "flex-external"
        case .indexed(let index): "\(index)"
        }
    }
}
