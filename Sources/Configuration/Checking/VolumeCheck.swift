import ClusterModel

/// The volumes among each other.
enum VolumeCheck {
    static func run(_ draft: Draft, report: Report) {
        report.duplicates(in: draft.volumes, key: { $0.name }, path: { $0.path.key("name") }) {
            "two volumes are named \"\($0)\""
        }
        for node in draft.nodes.map(\.value) {
            devices(of: node, draft, report: report)
            report.duplicates(
                in: draft.volumes, key: { $0.definition?.address[node] }, path: { $0.path.key("address") }
            ) { "two volumes use \($0) on \(node)" }
        }
        for volume in draft.volumes {
            guard let definition = volume.definition else { continue }
            addresses(of: definition, at: volume.path, nodes: draft.nodes.map(\.value), report: report)
            wireProtocol(of: definition, at: volume.path, report: report)
        }
        unusedVolumes(draft, report: report)
    }

    /// A device holds one thing only: one volume's data, one volume's metadata, or slots of metadata.
    private static func devices(of node: NodeName, _ draft: Draft, report: Report) {
        var uses: [String: String] = [:]
        for volume in draft.volumes {
            guard let definition = volume.definition else { continue }
            var claims: [(device: String, use: String, shareable: Bool, key: String)] = []
            if let disk = definition.disk[node] {
                claims.append((disk, "the disk of \"\(definition.name)\"", false, "disk"))
            }
            switch definition.metadata {
            case .internal: break
            case .external(let device):
                if let device = device[node] {
                    claims.append((device, "the metadata of \"\(definition.name)\"", false, "metadata"))
                }
            case .indexed(let device, let index):
                if let device = device[node] {
                    claims.append(("\(device)[\(index)]", "the metadata of \"\(definition.name)\"", false, "metadata"))
                    claims.append((device, "slots of metadata", true, "metadata"))
                }
            }
            for claim in claims {
                if let other = uses[claim.device], !(claim.shareable && other == claim.use) {
                    report.error(
                        "\(claim.device) on \(node) is both \(other) and \(claim.use)", at: volume.path.key(claim.key))
                }
                uses[claim.device] = claim.use
            }
        }
    }

    private static func addresses(
        of volume: VolumeDefinition, at path: SettingPath, nodes: [NodeName], report: Report
    ) {
        let ends = nodes.compactMap { volume.address[$0] }.compactMap { EndpointText($0) }
        guard ends.count == 2 else { return }
        if ends[0] == ends[1] {
            report.error(
                "both nodes of volume \"\(volume.name)\" have the address \(ends[0].canonical)", at: path.key("address")
            )
        } else if ends[0].address.isIPv6 != ends[1].address.isIPv6 {
            report.error(
                "volume \"\(volume.name)\" has an IPv4 address on one node and an IPv6 address on the other",
                at: path.key("address"), allowed: "two addresses of the same family")
        }
    }

    private static func wireProtocol(of volume: VolumeDefinition, at path: SettingPath, report: Report) {
        let consequence =
            switch volume.wireProtocol {
            case .a: "writes that wait in the network are lost when the primary dies, though they were acknowledged"
            case .b: "acknowledged writes are lost when both nodes lose power and the primary's disk does not come back"
            case .c: ""
            }
        guard !consequence.isEmpty else { return }
        report.warning(
            "volume \"\(volume.name)\" uses protocol \(volume.wireProtocol.rawValue): \(consequence)",
            at: path.key("protocol"), allowed: "\"C\" keeps every acknowledged write")
    }

    private static func unusedVolumes(_ draft: Draft, report: Report) {
        // A broken group may be the one that uses it.
        guard draft.groups.allSatisfy({ $0.definition != nil }) else { return }
        let used = Set(draft.groups.compactMap(\.definition).flatMap(\.volumes))
        for volume in draft.volumes {
            guard let name = volume.name, !used.contains(name) else { continue }
            report.warning(
                "volume \"\(name)\" is in no group: it is replicated, but no node will ever use it", at: volume.path)
        }
    }
}
