import ClusterModel

/// Turns the resources of `drbd.conf` into volumes.
struct DRBDConfTranslator {
    /// The machines that `on HOST` names, in the order of the file.
    private(set) var hosts: [NodeName] = []
    private(set) var volumes: [ImportedVolume] = []

    private static let mostVolumes = 64

    init(_ input: ImportInput, notes: inout ImportNotes) {
        let statements = DRBDConfReader.read(input, notes: &notes)
        var common: [DRBDStatement] = []
        for statement in statements {
            switch (statement.keyword, statement.body) {
            case ("common", let body?): common += body
            case ("resource", let body?): resource(statement, body, common: common, notes: &notes)
            case ("skip", _): notes.dropped("A section under \"skip\" is a comment.", at: statement.place)
            case ("global", _): notes.dropped("global: \(DRBDKeywords.reasonToDrop("global")).", at: statement.place)
            case ("include", _):
                notes.missing("The included files are not read; import them one by one.", at: statement.place)
            default: notes.dropped("\(shown(statement.keyword)) is not known here.", at: statement.place)
            }
        }
    }

    private mutating func resource(
        _ statement: DRBDStatement, _ body: [DRBDStatement], common: [DRBDStatement], notes: inout ImportNotes
    ) {
        guard let name = statement.value else {
            notes.dropped("A resource without a name.", at: statement.place)
            return
        }
        guard volumes.count < Self.mostVolumes else {
            notes.dropped("These would be more than \(Self.mostVolumes) volumes.", at: statement.place)
            return
        }
        var section = DRBDResourceSection(common: common, notes: &notes)
        for inner in body { section.apply(understood(inner, notes: &notes), notes: &notes) }
        section.options.finish(notes: &notes)
        for host in section.hosts where !hosts.contains(host.name) { hosts.append(host.name) }
        guard section.hosts.count == 2 else {
            notes.missing(
                "Resource \(shown(name)) names \(section.hosts.count) machines, but a volume has two; add it by hand.",
                at: statement.place)
            return
        }
        add(section, name: name, at: statement.place, notes: &notes)
    }

    private mutating func add(
        _ section: DRBDResourceSection, name: String, at place: SourcePlace, notes: inout ImportNotes
    ) {
        for (number, disks) in section.volumes(notes: &notes, at: place) {
            let taken = volumes.map(\.definition.name)
            let wish = number == 0 ? name : "\(name)-\(number)"
            let volume: VolumeName = ImportedName.unique(wish, fallback: "data") { !taken.contains($0) }
            var definition = VolumeDefinition(
                name: volume, disk: disks.disk, metadata: disks.metadata, address: section.addresses)
            section.options.put(into: &definition)
            volumes.append(ImportedVolume(definition: definition, resource: name, devices: disks.devices))
            notes.translated("Volume \"\(volume)\".", at: place)
            if disks.metadata == .internal {
                notes.guessed(
                    "Internal metadata of DRBD 0.7 lies elsewhere and is larger: a disk of that version needs new "
                        + "metadata and a first synchronisation; one of DRBD 8 can go on as it is.", at: place)
            }
        }
    }

    /// A keyword as it was probably meant: the file is printed with capitals, and typed by people.
    static func understood(_ statement: DRBDStatement, notes: inout ImportNotes) -> DRBDStatement {
        guard !DRBDKeywords.all.contains(statement.keyword),
            let meant = SpellingSuggestion.nearest(to: statement.keyword, among: DRBDKeywords.all)
        else { return statement }
        notes.guessed("\(shown(statement.keyword)) is no keyword of DRBD; taken as \(meant).", at: statement.place)
        var statement = statement
        statement.words[0] = meant
        return statement
    }

    private func understood(_ statement: DRBDStatement, notes: inout ImportNotes) -> DRBDStatement {
        Self.understood(statement, notes: &notes)
    }
}
