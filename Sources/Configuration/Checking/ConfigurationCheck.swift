import ClusterModel

/// Whether what was read makes sense as a whole. Each check is small, stands alone and points to the line.
enum ConfigurationCheck {
    static func run(_ draft: Draft, report: Report) {
        NodeCheck.run(draft, report: report)
        TimingCheck.run(draft, report: report)
        LinkCheck.run(draft, report: report)
        LinkIndependenceCheck.run(draft, report: report)
        SilenceCheck.run(draft, report: report)
        VolumeCheck.run(draft, report: report)
        GroupCheck.run(draft, report: report)
        ResourceOrderCheck.run(draft, report: report)
        AddressCheck.run(draft, report: report)
        HeartbeatSizeCheck.run(draft, report: report)
    }
}

extension Report {
    /// Reports every element whose key an earlier one has too.
    func duplicates<Element, Key: Hashable>(
        in elements: [Element], key: (Element) -> Key?, path: (Element) -> SettingPath, message: (Key) -> String
    ) {
        var seen: Set<Key> = []
        for element in elements {
            guard let key = key(element) else { continue }
            if !seen.insert(key).inserted { error(message(key), at: path(element)) }
        }
    }
}
