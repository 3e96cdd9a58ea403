import ClusterModel

/// The groups among each other: what one group holds, no other may hold.
enum GroupCheck {
    static func run(_ draft: Draft, report: Report) {
        report.duplicates(in: draft.groups, key: { $0.name }, path: { $0.path.key("name") }) {
            "two groups are named \"\($0)\""
        }
        let resources = locatedResources(draft)
        report.duplicates(in: resources, key: { volume($0.value) }, path: { $0.path.key("volume") }) {
            "volume \"\($0)\" is started twice; it may be in one group only, once"
        }
        report.duplicates(in: resources, key: { mountPoint($0.value) }, path: { $0.path.key("mount-point") }) {
            "two file systems are mounted on \($0)"
        }
        report.duplicates(in: resources, key: { filesystemVolume($0.value) }, path: { $0.path.key("volume") }) {
            "volume \"\($0)\" is mounted twice"
        }
        report.duplicates(in: resources, key: { unit($0.value) }, path: { $0.path.key("unit") }) {
            "unit \"\($0)\" is started twice; it may be in one group only, once"
        }
    }

    /// Every resource of every readable group with its place.
    static func locatedResources(_ draft: Draft) -> [Located<ResourceDefinition>] {
        draft.groups.flatMap { group in
            (group.definition?.resources ?? []).enumerated().map {
                Located(value: $1, path: group.path.key("resource").index($0))
            }
        }
    }

    private static func volume(_ resource: ResourceDefinition) -> VolumeName? {
        if case .volume(let name) = resource.kind { name } else { nil }
    }

    private static func mountPoint(_ resource: ResourceDefinition) -> String? {
        if case .filesystem(let filesystem) = resource.kind { filesystem.mountPoint } else { nil }
    }

    private static func filesystemVolume(_ resource: ResourceDefinition) -> VolumeName? {
        if case .filesystem(let filesystem) = resource.kind { filesystem.volume } else { nil }
    }

    private static func unit(_ resource: ResourceDefinition) -> String? {
        if case .unit(let unit) = resource.kind { unit } else { nil }
    }
}
