import ClusterModel

/// Within a group: what a resource needs must be started before it, and must exist.
enum ResourceOrderCheck {
    static func run(_ draft: Draft, report: Report) {
        let known = draft.volumes.compactMap(\.name)
        // Where a volume has lost its name, it may be the one that is meant.
        let allNamed = known.count == draft.volumes.count
        for group in draft.groups {
            guard let definition = group.definition else { continue }
            var started: Set<VolumeName> = []
            var mountPoints: [String] = []
            for (index, resource) in definition.resources.enumerated() {
                let path = group.path.key("resource").index(index)
                switch resource.kind {
                case .volume(let name):
                    if allNamed { exists(name, among: known, at: path, report: report) }
                    started.insert(name)
                case .filesystem(let filesystem):
                    if allNamed { exists(filesystem.volume, among: known, at: path, report: report) }
                    follows(filesystem, started: started, group: definition, at: path, report: report)
                    nested(filesystem, in: mountPoints, at: path, report: report)
                    mountPoints.append(filesystem.mountPoint)
                case .address, .unit, .script: break
                }
            }
        }
    }

    private static func exists(_ name: VolumeName, among known: [VolumeName], at path: SettingPath, report: Report) {
        guard !known.contains(name) else { return }
        let words = known.map(\.text)
        report.error(
            "there is no [[volume]] named \"\(name)\"", at: path.key("volume"),
            allowed: words.isEmpty ? "a [[volume]] of this file" : quotedList(words),
            suggestion: SpellingSuggestion.nearest(to: name.text, among: words))
    }

    private static func follows(
        _ filesystem: FilesystemResource, started: Set<VolumeName>, group: GroupDefinition, at path: SettingPath,
        report: Report
    ) {
        guard !started.contains(filesystem.volume) else { return }
        report.error(
            "group \"\(group.name)\" mounts volume \"\(filesystem.volume)\" before it starts it",
            at: path.key("volume"),
            allowed: "a resource of kind \"volume\" with volume = \"\(filesystem.volume)\" earlier in the same group")
    }

    /// Mounting `/srv` after `/srv/data` would hide the latter.
    private static func nested(
        _ filesystem: FilesystemResource, in earlier: [String], at path: SettingPath, report: Report
    ) {
        for other in earlier where other.hasPrefix(filesystem.mountPoint == "/" ? "/" : filesystem.mountPoint + "/") {
            report.error(
                "mounting \(filesystem.mountPoint) after \(other) would hide \(other)", at: path.key("mount-point"),
                allowed: "the outer file system first")
        }
    }
}
