/// Where a setting stands in the tree of a TOML document, e.g. `group[0].resource[2].label`.
struct SettingPath: Hashable, Sendable, CustomStringConvertible {
    enum Step: Hashable, Sendable {
        case key(String)
        case index(Int)
    }

    private(set) var steps: [Step]

    static let root = SettingPath(steps: [])

    init(steps: [Step]) {
        self.steps = steps
    }

    func key(_ key: String) -> SettingPath {
        SettingPath(steps: steps + [.key(key)])
    }

    func index(_ index: Int) -> SettingPath {
        SettingPath(steps: steps + [.index(index)])
    }

    /// One level up; nil at the root.
    var parent: SettingPath? {
        steps.isEmpty ? nil : SettingPath(steps: steps.dropLast())
    }

    var description: String {
        steps.reduce(into: "") { text, step in
            switch step {
            case .key(let key): text += text.isEmpty ? key : ".\(key)"
            case .index(let index): text += "[\(index)]"
            }
        }
    }
}

/// A value with the place it was read from, so that a check can point there.
struct Located<Value> {
    var value: Value
    var path: SettingPath
}
