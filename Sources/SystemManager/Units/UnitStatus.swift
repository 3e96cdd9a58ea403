/// What systemd says of one unit.
package struct UnitStatus: Hashable, Sendable {
    /// The full unit name, as in `nginx.service`.
    package var unit: String
    package var load: LoadState
    package var active: ActiveState
    /// The state in the words of the unit's type, as in `running`, `dead`, `auto-restart`.
    package var sub: String
    /// Why a service, mount or socket ended last, as in `success`, `exit-code`, `signal`, `oom-kill`; empty for types
    /// without a result.
    package var result: String

    package init(
        unit: String, load: LoadState = .other(""), active: ActiveState = .other(""), sub: String = "",
        result: String = ""
    ) {
        self.unit = unit
        self.load = load
        self.active = active
        self.sub = sub
        self.result = result
    }

    /// Whether systemd knows a definition of the unit that it can start.
    package var exists: Bool { load == .loaded }

    /// Takes over properties as D-Bus names them; returns whether any of those we keep was among them.
    mutating func merge(_ properties: [(name: String, value: String)]) -> Bool {
        var isOurs = false
        for (name, value) in properties {
            switch name {
            case "LoadState": load = LoadState(value)
            case "ActiveState": active = ActiveState(value)
            case "SubState": sub = value
            case "Result": result = value
            default: continue
            }
            isOurs = true
        }
        return isOurs
    }
}

/// Whether systemd could read the unit's definition.
package enum LoadState: Hashable, Sendable {
    case loaded
    case notFound
    case badSetting
    case error
    case masked
    /// A word of another systemd version.
    case other(String)

    init(_ word: String) {
        self =
            switch word {
            case "loaded": .loaded
            case "not-found": .notFound
            case "bad-setting": .badSetting
            case "error": .error
            case "masked": .masked
            default: .other(word)
            }
    }
}

/// The unit's state in the words that all types share.
package enum ActiveState: Hashable, Sendable {
    case active
    case reloading
    case inactive
    case failed
    case activating
    case deactivating
    case maintenance
    /// A word of another systemd version.
    case other(String)

    init(_ word: String) {
        self =
            switch word {
            case "active": .active
            case "reloading", "refreshing": .reloading
            case "inactive": .inactive
            case "failed": .failed
            case "activating": .activating
            case "deactivating": .deactivating
            case "maintenance": .maintenance
            default: .other(word)
            }
    }
}
