/// The devices of one volume on one machine.
struct DRBDDisk {
    enum Metadata: Hashable {
        case `internal`
        case device(String, index: UInt8?)
    }

    private(set) var disk: String?
    private(set) var metadata: Metadata?
    /// Every path of the replicated device that other files may use.
    private(set) var devices: [String] = []

    mutating func apply(_ statement: DRBDStatement, notes: inout ImportNotes) {
        switch statement.keyword {
        case "device": device(statement, notes: &notes)
        case "disk" where statement.body == nil: disk(statement, notes: &notes)
        case "meta-disk", "flexible-meta-disk": metadata(statement, notes: &notes)
        default:
            notes.dropped(
                "\(shown(statement.keyword)) of one machine or volume has no counterpart.", at: statement.place)
        }
    }

    func completed(by shared: DRBDDisk?) -> DRBDDisk {
        guard let shared else { return self }
        var disk = self
        disk.disk = disk.disk ?? shared.disk
        disk.metadata = disk.metadata ?? shared.metadata
        disk.devices += shared.devices
        return disk
    }

    /// `device /dev/drbd0`, `device /dev/drbd_data minor 0` or `device minor 0`.
    private mutating func device(_ statement: DRBDStatement, notes: inout ImportNotes) {
        let words = statement.words.dropFirst()
        devices += words.filter { $0.hasPrefix("/") }
        if let index = words.firstIndex(of: "minor"), index + 1 < words.endIndex {
            devices.append("/dev/drbd\(words[index + 1])")
        }
        notes.translated("The device becomes /dev/bascule/NAME.", at: statement.place)
    }

    private mutating func disk(_ statement: DRBDStatement, notes: inout ImportNotes) {
        guard let path = statement.value, path.hasPrefix("/") else {
            notes.missing("disk needs a path; add it by hand.", at: statement.place)
            return
        }
        disk = path
        notes.translated("disk \(shown(path)).", at: statement.place)
    }

    private mutating func metadata(_ statement: DRBDStatement, notes: inout ImportNotes) {
        // "/dev/sdb1 [0]" may be written with a blank.
        let text = statement.words.dropFirst().joined()
        if text == "internal" {
            metadata = .internal
        } else if text.hasPrefix("/"), text.hasSuffix("]"), let bracket = text.lastIndex(of: "["),
            let index = UInt8(text[text.index(after: bracket)...].dropLast())
        {
            metadata = .device(String(text[..<bracket]), index: index)
        } else if text.hasPrefix("/") {
            metadata = .device(text, index: nil)
        } else {
            notes.dropped("\(statement.keyword) needs \"internal\" or a device.", at: statement.place)
            return
        }
        notes.translated("metadata \(shown(text)).", at: statement.place)
    }
}
