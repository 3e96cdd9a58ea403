/// What kind of resource a script of `haresources` stands for.
enum HaresourcesScript: Hashable {
    case drbddisk
    case filesystem
    case address
    case service
    case dropped(reason: String)

    private static let wrappers = [
        "drbddisk", "Filesystem", "IPaddr2", "IPaddr", "IPv6addr", "MailTo", "IPsrcaddr", "SendArp", "LVM", "LinuxSCSI",
        "Raid1", "ServeRAID", "WinPopup", "AudibleAlarm", "Delay", "portblock", "Xinetd", "ICP", "OCF",
    ]

    /// Heartbeat's wrappers are found also where their names are misspelled; all others are services.
    static func understand(_ resource: HaresourcesResource, notes: inout ImportNotes) -> HaresourcesScript {
        let script = resource.script
        if wrappers.contains(script) { return meaning(of: script) }
        guard let meant = nearest(script) else { return .service }
        notes.guessed(
            "\(shown(script)) is no script of Heartbeat or DRBD; taken as \(meant).", at: resource.place)
        return meaning(of: meant)
    }

    /// Short names are matched only without regard to case, else `LVS` would become LVM.
    private static func nearest(_ script: String) -> String? {
        if let same = wrappers.first(where: { $0.lowercased() == script.lowercased() }) { return same }
        let nearest = SpellingSuggestion.nearest(to: script, among: wrappers.filter { $0.count >= 7 })
        return script.count >= 6 ? nearest : nil
    }

    private static func meaning(of wrapper: String) -> HaresourcesScript {
        switch wrapper {
        case "drbddisk": .drbddisk
        case "Filesystem": .filesystem
        case "IPaddr2", "IPaddr", "IPv6addr": .address
        case "MailTo", "WinPopup", "AudibleAlarm":
            .dropped(reason: "Bascule tells of every change in the journal; send mail from there")
        case "SendArp": .dropped(reason: "Bascule announces every address it takes")
        case "Delay": .dropped(reason: "Bascule waits for what it needs, not for a time")
        case "LVM", "LinuxSCSI", "Raid1", "ServeRAID":
            .dropped(reason: "shared disks are not supported; the data belongs on a volume")
        default: .dropped(reason: "there is no counterpart; use a unit or a script")
        }
    }
}
