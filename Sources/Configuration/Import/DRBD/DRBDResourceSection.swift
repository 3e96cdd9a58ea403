import ClusterModel

/// One `resource` section while it is read: its options, its hosts, and the disks of each.
struct DRBDResourceSection {
    struct Host {
        var name: NodeName
        var address: String?
        /// By volume number; a file without `volume` sections has number 0 only.
        var disks: [Int: DRBDDisk] = [:]
    }

    struct Disks {
        var disk: PerNode<String>
        var metadata: MetadataPlacement
        var devices: [String]
    }

    var options = DRBDOptions()
    private(set) var hosts: [Host] = []
    /// What stands outside the hosts holds for both.
    private var shared: [Int: DRBDDisk] = [:]

    init(common: [DRBDStatement], notes: inout ImportNotes) {
        for statement in common { options.apply(statement, notes: &notes) }
    }

    var addresses: [NodeName: String] {
        hosts.reduce(into: [:]) { addresses, host in
            if let address = host.address { addresses[host.name] = address }
        }
    }

    mutating func apply(_ statement: DRBDStatement, notes: inout ImportNotes) {
        switch (statement.keyword, statement.body) {
        case ("on", let body?): host(statement, body, notes: &notes)
        case ("volume", let body?):
            Self.volume(statement, body, into: &shared, notes: &notes)
        case ("device", nil), ("disk", nil), ("meta-disk", nil), ("flexible-meta-disk", nil):
            shared[0, default: DRBDDisk()].apply(statement, notes: &notes)
        case ("floating", _), ("stacked-on-top-of", _):
            notes.dropped("\(statement.keyword) is not supported; use \"on HOST\".", at: statement.place)
        default: options.apply(statement, notes: &notes)
        }
    }

    private mutating func host(_ statement: DRBDStatement, _ body: [DRBDStatement], notes: inout ImportNotes) {
        guard let text = statement.value, let name = NodeName(text.lowercased()) else {
            notes.dropped("\(shown(statement.value ?? "")) cannot be the name of a machine.", at: statement.place)
            return
        }
        guard !hosts.contains(where: { $0.name == name }) else {
            notes.dropped("\(name) is described twice.", at: statement.place)
            return
        }
        var host = Host(name: name)
        for inner in body {
            let inner = DRBDConfTranslator.understood(inner, notes: &notes)
            switch (inner.keyword, inner.body) {
            case ("address", nil): host.address = address(inner, notes: &notes)
            case ("volume", let body?): Self.volume(inner, body, into: &host.disks, notes: &notes)
            default: host.disks[0, default: DRBDDisk()].apply(inner, notes: &notes)
            }
        }
        hosts.append(host)
    }

    private static func volume(
        _ statement: DRBDStatement, _ body: [DRBDStatement], into disks: inout [Int: DRBDDisk],
        notes: inout ImportNotes
    ) {
        guard let number = statement.value.flatMap({ Int($0) }), (0...255).contains(number) else {
            notes.dropped("volume needs a number from 0 to 255.", at: statement.place)
            return
        }
        for inner in body {
            disks[number, default: DRBDDisk()].apply(
                DRBDConfTranslator.understood(inner, notes: &notes), notes: &notes)
        }
    }

    /// `ADDRESS:PORT`, after the family where that is given.
    private func address(_ statement: DRBDStatement, notes: inout ImportNotes) -> String? {
        guard let text = statement.words.dropFirst().last, let end = EndpointText(text), end.address.isUnicast else {
            notes.missing("This is no ADDRESS:PORT; add the volume's address by hand.", at: statement.place)
            return nil
        }
        notes.translated("address \(end.canonical).", at: statement.place)
        return end.canonical
    }

    /// The volumes for which both hosts have a disk, by number.
    func volumes(notes: inout ImportNotes, at place: SourcePlace) -> [(Int, Disks)] {
        let numbers = Set(hosts.flatMap { $0.disks.keys } + shared.keys).sorted()
        return numbers.compactMap { number in
            let disks = hosts.map { host in
                (host.name, (host.disks[number] ?? DRBDDisk()).completed(by: shared[number]))
            }
            guard disks.allSatisfy({ $0.1.disk != nil }), addresses.count == 2 else {
                notes.missing("The disk or the address of a machine is missing; add the volume by hand.", at: place)
                return nil
            }
            let metadata = metadata(disks.map { ($0.0, $0.1.metadata) }, notes: &notes, at: place)
            let byNode = disks.reduce(into: [NodeName: String]()) { $0[$1.0] = $1.1.disk }
            return (
                number,
                Disks(disk: Self.perNode(byNode), metadata: metadata, devices: disks.flatMap { $0.1.devices })
            )
        }
    }

    private func metadata(
        _ each: [(NodeName, DRBDDisk.Metadata?)], notes: inout ImportNotes, at place: SourcePlace
    ) -> MetadataPlacement {
        var devices: [NodeName: String] = [:]
        var indexes: Set<UInt8?> = []
        for (node, metadata) in each {
            guard case .device(let path, let index)? = metadata else { continue }
            devices[node] = path
            indexes.insert(index)
        }
        if devices.isEmpty { return .internal }
        guard devices.count == each.count, indexes.count == 1, let index = indexes.first else {
            notes.guessed("The machines place their metadata differently; \"internal\" is taken for both.", at: place)
            return .internal
        }
        let path = Self.perNode(devices)
        return index.map { .indexed(path, index: $0) } ?? .external(path)
    }

    private static func perNode(_ values: [NodeName: String]) -> PerNode<String> {
        let different = Set(values.values)
        if different.count == 1, let value = different.first { return .both(value) }
        return .each(values)
    }
}
