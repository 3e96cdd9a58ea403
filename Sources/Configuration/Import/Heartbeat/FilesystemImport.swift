import ClusterModel

/// `Filesystem::DEVICE::DIRECTORY::TYPE[::OPTIONS]`.
struct FilesystemImport {
    let volumes: [ImportedVolume]

    func translate(_ resource: HaresourcesResource, notes: inout ImportNotes) -> ResourceKind? {
        let arguments = resource.arguments.map { $0.trimmed }
        guard arguments.count >= 2, !arguments[0].isEmpty, !arguments[1].isEmpty else {
            notes.dropped("\(shown(resource.spelled)) lacks a device or a directory.", at: resource.place)
            return nil
        }
        guard let volume = volumes.first(where: { $0.devices.contains(arguments[0]) }) else {
            notes.missing(
                "\(shown(arguments[0])) is the device of no resource in drbd.conf; add a [[volume]] and a resource of kind "
                    + "\"filesystem\".", at: resource.place)
            return nil
        }
        let mountPoint = mountPoint(arguments[1], at: resource.place, notes: &notes)
        let options = arguments.count > 3 ? arguments[3].split(separator: ",").map(String.init) : []
        let filesystem = FilesystemResource(
            volume: volume.definition.name, mountPoint: mountPoint,
            type: type(arguments.count > 2 ? arguments[2] : "", at: resource.place, notes: &notes), options: options)
        notes.translated(
            "\(arguments[0]) is volume \"\(volume.definition.name)\"; its file system is mounted on \(shown(mountPoint)).",
            at: resource.place)
        return .filesystem(filesystem)
    }

    private func mountPoint(_ text: String, at place: SourcePlace, notes: inout ImportNotes) -> String {
        guard !text.hasPrefix("/") else { return text }
        notes.guessed(
            "The directory \(shown(text)) does not begin with \"/\"; taken as \(shown("/" + text)).", at: place)
        return "/" + text
    }

    /// Today's kernels mount ext2 and ext3 with ext4's code, under either name.
    private func type(_ text: String, at place: SourcePlace, notes: inout ImportNotes) -> String {
        guard text.isEmpty else { return text }
        notes.guessed("No file system type is given; ext4 is taken.", at: place)
        return "ext4"
    }
}

extension String {
    fileprivate var trimmed: String {
        String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }
}
