import ClusterModel

/// Turns the files of a Heartbeat and DRBD pair into a definition (`bascule import`).
///
/// It reads what is there and says of every line what became of it. The result may need a person's hand: it is given
/// also where the check of it has errors.
package enum Importer {
    /// Any of the files may be missing; without `ha.cf` and `drbd.conf` there are no nodes and hence no definition.
    package static func run(
        haCF: ImportInput? = nil, haresources: ImportInput? = nil, authkeys: ImportInput? = nil,
        drbdConf: ImportInput? = nil
    ) -> ImportResult {
        var notes = ImportNotes()
        var heartbeat = haCF.map { HACFTranslator($0, notes: &notes) }
        let drbd = drbdConf.map { DRBDConfTranslator($0, notes: &notes) }
        let key = authkeys.flatMap { AuthkeysTranslator.translate($0, notes: &notes) }
        let nodes = nodes(
            heartbeat?.nodes ?? [], drbd?.hosts ?? [], haCF: SourcePlace(file: haCF?.file ?? "ha.cf", line: 0),
            drbdConf: SourcePlace(file: drbdConf?.file ?? "drbd.conf", line: 0), notes: &notes)
        heartbeat?.finishMedia(nodes: nodes, notes: &notes)
        let volumes = volumes(drbd?.volumes ?? [], nodes: nodes, file: drbdConf?.file ?? "drbd.conf", notes: &notes)
        let translator = HaresourcesTranslator(
            nodes: nodes, volumes: volumes, interfaces: heartbeat?.media.interfaces ?? [])
        let groups = haresources.map {
            translator.groups(HaresourcesReader.read($0, notes: &notes), notes: &notes)
        }
        let definition = ClusterDefinition(
            name: name(heartbeat?.clusterName), nodes: nodes.map { NodeDefinition(name: $0) },
            timing: heartbeat?.timing ?? Timing(), links: heartbeat?.media.links ?? [],
            volumes: volumes.map(\.definition), groups: groups ?? [], pingNodes: heartbeat?.pingNodes ?? [],
            watchdog: heartbeat?.watchdog)
        return ImportResult(definition: definition, notes: notes.inOrder, sharedKey: key)
    }

    /// Heartbeat's nodes come first; what `drbd.conf` names fills up.
    private static func nodes(
        _ listed: [NodeName], _ hosts: [NodeName], haCF: SourcePlace, drbdConf place: SourcePlace,
        notes: inout ImportNotes
    ) -> [NodeName] {
        var nodes = listed
        for host in hosts where !nodes.contains(host) {
            guard nodes.count < 2 else {
                notes.dropped("\(host) is not one of the two nodes.", at: place)
                continue
            }
            nodes.append(host)
            notes.guessed("\(host) is taken for a node, since a DRBD resource lies on it.", at: place)
        }
        if nodes.count < 2 {
            notes.missing("The files name \(nodes.count) of the two nodes.", at: haCF)
        }
        return nodes
    }

    /// Only volumes of both nodes.
    private static func volumes(
        _ volumes: [ImportedVolume], nodes: [NodeName], file: String, notes: inout ImportNotes
    ) -> [ImportedVolume] {
        volumes.filter { volume in
            if nodes.allSatisfy({ volume.definition.address[$0] != nil }) { return true }
            notes.dropped(
                "Volume \"\(volume.definition.name)\" does not lie on both nodes.",
                at: SourcePlace(file: file, line: 0))
            return false
        }
    }

    private static func name(_ old: String?) -> String {
        let name: VolumeName = ImportedName.unique(old ?? "pair", fallback: "pair") { _ in true }
        return name.text
    }
}
