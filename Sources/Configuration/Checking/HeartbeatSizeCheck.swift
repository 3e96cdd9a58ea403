import ClusterModel

/// Whether all that a heartbeat has to say fits into one: it names every group, volume and link.
enum HeartbeatSizeCheck {
    /// The limits of the heartbeat's format (`HeartbeatCodec`, which this layer cannot see).
    static let largestBeat = 479
    static let mostItems = 32

    static func run(_ draft: Draft, report: Report) {
        number(draft.links, "link", report: report)
        number(draft.volumes, "volume", report: report)
        number(draft.groups, "group", report: report)
        let size = largestSize(draft)
        guard size > largestBeat else { return }
        report.error(
            "a heartbeat that names all groups, volumes and links would have up to \(size) bytes",
            at: .root.key("name"), allowed: "\(largestBeat) bytes: use fewer of them, or shorter names")
    }

    private static func number<ItemName, Definition>(
        _ items: [DraftItem<ItemName, Definition>], _ key: String, report: Report
    ) {
        guard items.count > mostItems else { return }
        report.error(
            "there are \(items.count) [[\(key)]] tables", at: items[mostItems].path, allowed: "up to \(mostItems)")
    }

    /// Each text has a length byte; the numbers are those of the format at their largest.
    static func largestSize(_ draft: Draft) -> Int {
        let fixed = 31 + 10 + 10 + 22 + 4
        let texts = 2 + (draft.name?.utf8.count ?? 0) + (draft.nodes.map(\.value.text.utf8.count).max() ?? 0)
        let groups = draft.groups.compactMap(\.name?.text.utf8.count).reduce(0) { $0 + $1 + 1 + 1 + 10 }
        // Once with its report, and once where it shall be outdated.
        let volumes = draft.volumes.compactMap(\.name?.text.utf8.count).reduce(0) { $0 + 2 * ($1 + 1) + 2 + 8 + 10 }
        let links = draft.links.compactMap(\.name?.text.utf8.count).reduce(0) { $0 + $1 + 1 }
        return fixed + texts + groups + volumes + links
    }
}
