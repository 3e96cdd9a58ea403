/// Whether and how a unit is enabled: what systemd would do with it by itself at boot.
package enum UnitFileState: Hashable, Sendable {
    case enabled
    case enabledRuntime
    case disabled
    case masked
    case `static`
    case indirect
    case generated
    case transient
    case linked
    case alias
    /// A word of another systemd version, or `bad`.
    case other(String)

    init(_ word: String) {
        self =
            switch word {
            case "enabled": .enabled
            case "enabled-runtime": .enabledRuntime
            case "disabled": .disabled
            case "masked", "masked-runtime": .masked
            case "static": .static
            case "indirect": .indirect
            case "generated": .generated
            case "transient": .transient
            case "linked", "linked-runtime": .linked
            case "alias": .alias
            default: .other(word)
            }
    }

    /// Whether the next boot starts the unit without being asked. A unit of a group must not: only the node that owns
    /// the group may run it. What other units pull in is not seen here.
    package var isEnabledAtBoot: Bool {
        switch self {
        case .enabled, .alias: true
        case .enabledRuntime, .disabled, .masked, .static, .indirect, .generated, .transient, .linked, .other: false
        }
    }
}
