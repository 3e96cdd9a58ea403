import ClusterModel

/// Turns the groups of `haresources` into ours, in their order.
struct HaresourcesTranslator {
    let nodes: [NodeName]
    let volumes: [ImportedVolume]
    let interfaces: [String]

    private static let mostGroups = 64

    func groups(_ old: [HaresourcesGroup], notes: inout ImportNotes) -> [GroupDefinition] {
        var groups: [GroupDefinition] = []
        for group in old {
            guard groups.count < Self.mostGroups else {
                notes.dropped("There are more than \(Self.mostGroups) groups; the rest was not read.", at: group.place)
                break
            }
            let resources = resources(of: group, notes: &notes)
            guard let preferred = preferred(group, notes: &notes) else { continue }
            guard !resources.isEmpty else {
                notes.dropped("Nothing of this group remains.", at: group.place)
                continue
            }
            let taken = groups.map(\.name)
            let name: GroupName = ImportedName.unique(wish(resources), fallback: "group") { !taken.contains($0) }
            groups.append(GroupDefinition(name: name, preferred: preferred, resources: resources))
            notes.guessed("The group had no name; it is called \"\(name)\" and prefers \(preferred).", at: group.place)
        }
        return groups
    }

    private func preferred(_ group: HaresourcesGroup, notes: inout ImportNotes) -> NodeName? {
        if let node = nodes.first(where: { $0.text.lowercased() == group.node.lowercased() }) { return node }
        guard let first = nodes.first else { return nil }
        notes.guessed("\(shown(group.node)) is not one of the two nodes; \(first) is taken.", at: group.place)
        return first
    }

    /// After its volume, else its first service, else its address.
    private func wish(_ resources: [ResourceDefinition]) -> String {
        for resource in resources {
            if case .volume(let name) = resource.kind { return name.text }
        }
        for resource in resources {
            if case .unit(let unit) = resource.kind { return String(unit.prefix { $0 != "." }) }
            if case .script(let script) = resource.kind { return String(script.path.split(separator: "/").last ?? "") }
        }
        return "address"
    }

    private func resources(of group: HaresourcesGroup, notes: inout ImportNotes) -> [ResourceDefinition] {
        var kinds: [ResourceKind] = []
        for resource in group.resources {
            for kind in translate(resource, notes: &notes) {
                addMissingVolume(for: kind, to: &kinds, at: resource.place, notes: &notes)
                // A volume that a file system has already brought in is not started twice.
                if case .volume = kind, kinds.contains(kind) { continue }
                kinds.append(kind)
            }
        }
        return kinds.map { ResourceDefinition(kind: $0) }
    }

    /// A file system needs its volume before it, also where the old file relied on DRBD being primary anyway.
    private func addMissingVolume(
        for kind: ResourceKind, to kinds: inout [ResourceKind], at place: SourcePlace, notes: inout ImportNotes
    ) {
        guard case .filesystem(let filesystem) = kind, !kinds.contains(.volume(filesystem.volume)) else { return }
        kinds.append(.volume(filesystem.volume))
        notes.guessed("Volume \"\(filesystem.volume)\" is started before its file system.", at: place)
    }

    private func translate(_ resource: HaresourcesResource, notes: inout ImportNotes) -> [ResourceKind] {
        if resource.arguments.isEmpty, AddressText(String(resource.script.prefix { $0 != "/" })) != nil {
            let address = HaresourcesResource(script: "IPaddr", arguments: [resource.script], place: resource.place)
            return AddressImport(interfaces: interfaces).translate(address, notes: &notes).map { [$0] } ?? []
        }
        switch HaresourcesScript.understand(resource, notes: &notes) {
        case .drbddisk:
            return volumes(of: resource, notes: &notes)
        case .filesystem:
            return FilesystemImport(volumes: volumes).translate(resource, notes: &notes).map { [$0] } ?? []
        case .address:
            return AddressImport(interfaces: interfaces).translate(resource, notes: &notes).map { [$0] } ?? []
        case .dropped(let reason):
            notes.dropped("\(shown(resource.spelled)) is not taken over: \(reason).", at: resource.place)
            return []
        case .service:
            return service(resource, notes: &notes).map { [$0] } ?? []
        }
    }

    private func volumes(of resource: HaresourcesResource, notes: inout ImportNotes) -> [ResourceKind] {
        let wanted = resource.arguments.first ?? ""
        let found = wanted.isEmpty || wanted == "all" ? volumes : volumes.filter { $0.resource == wanted }
        guard !found.isEmpty else {
            notes.missing(
                "drbd.conf has no resource \(shown(wanted)); add a [[volume]] and a resource of kind \"volume\".",
                at: resource.place)
            return []
        }
        for volume in found { notes.translated("Volume \"\(volume.definition.name)\".", at: resource.place) }
        return found.map { .volume($0.definition.name) }
    }

    /// An init script without arguments has a unit of the same name on a systemd machine, made from it if need be.
    private func service(_ resource: HaresourcesResource, notes: inout ImportNotes) -> ResourceKind? {
        let isPath = resource.script.hasPrefix("/")
        let name = String(resource.script.split(separator: "/").last ?? "")
        guard !name.isEmpty, Syntax<String>.interface.read(.string(String(name.prefix(15)))) != nil, name.count < 200,
            name.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f })
        else {
            notes.dropped("\(shown(resource.spelled)) cannot be the name of a script.", at: resource.place)
            return nil
        }
        let arguments = resource.arguments.filter { !$0.isEmpty }
        if arguments.isEmpty && !isPath {
            notes.guessed(
                "\(shown(name)) becomes the unit \(name).service (systemd makes one of an init script); where only the "
                    + "script will do, use kind = \"script\" with path = \"/etc/init.d/\(name)\".", at: resource.place)
            return .unit("\(name).service")
        }
        let path = isPath ? resource.script : "/etc/init.d/\(name)"
        notes.guessed(
            "\(shown(resource.spelled)) becomes the script \(path); Heartbeat also looked in /etc/ha.d/resource.d.",
            at: resource.place)
        return .script(ScriptResource(path: path, arguments: arguments))
    }
}
