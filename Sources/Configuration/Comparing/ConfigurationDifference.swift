import ClusterModel

/// Names what differs between two definitions, for the log and `bascule status`.
package enum ConfigurationDifference {
    /// The first settings that differ, one sentence each, at most `limit`; empty where both mean the same.
    package static func sentences(
        between ours: ClusterDefinition, and theirs: ClusterDefinition, limit: Int = 5
    ) -> [String] {
        let left = ConfigurationSettings.list(of: ours)
        let right = ConfigurationSettings.list(of: theirs)
        let rightValues = Dictionary(right.map { ($0.place, $0.value) }, uniquingKeysWith: { first, _ in first })
        let leftPlaces = Set(left.map(\.place))
        var sentences: [String] = []
        for setting in left {
            guard let value = rightValues[setting.place] else {
                sentences.append("\(setting.place) is \(setting.value) here and missing there")
                continue
            }
            guard value != setting.value else { continue }
            sentences.append("\(setting.place) is \(setting.value) here and \(value) there")
        }
        for setting in right where !leftPlaces.contains(setting.place) {
            sentences.append("\(setting.place) is missing here and \(setting.value) there")
        }
        return Array(sentences.prefix(limit))
    }
}
