import ClusterModel

/// What could be read of a definition, item by item, before it is checked as a whole.
///
/// A broken item still takes its place with whatever of it is known, so that the checks of the other items go on and
/// report nothing that only follows from it.
struct Draft {
    var name: String?
    var nodes: [Located<NodeName>] = []
    var timing: Located<Timing>?
    var links: [DraftItem<LinkName, LinkDefinition>] = []
    var volumes: [DraftItem<VolumeName, VolumeDefinition>] = []
    var groups: [DraftItem<GroupName, GroupDefinition>] = []
    var pingNodes: [Located<String>] = []
    var hasPingNodesKey = false
    var silence: SilencePolicy?
    var keyFile: String?
    var watchdog: Located<WatchdogDefinition>?

    /// The definition; nil where something of it is broken.
    var definition: ClusterDefinition? {
        guard let name, let timing, let silence, let keyFile else { return nil }
        let links = links.compactMap(\.definition)
        let volumes = volumes.compactMap(\.definition)
        let groups = groups.compactMap(\.definition)
        guard links.count == self.links.count, volumes.count == self.volumes.count, groups.count == self.groups.count
        else { return nil }
        return ClusterDefinition(
            name: name, nodes: nodes.map { NodeDefinition(name: $0.value) }, timing: timing.value, links: links,
            volumes: volumes, groups: groups, pingNodes: pingNodes.map(\.value), silence: silence, keyFile: keyFile,
            watchdog: watchdog?.value)
    }
}

/// A link, volume or group, as far as it could be read.
struct DraftItem<ItemName, Definition> {
    var path: SettingPath
    /// nil where the name itself is missing or not allowed.
    var name: ItemName?
    /// nil where anything of it is broken.
    var definition: Definition?
}
