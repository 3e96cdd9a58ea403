import LinuxIO

/// Why the process of a volume cannot start.
package enum VolumeStartError: Error, Hashable, CustomStringConvertible {
    case system(SystemError)
    /// The definition's addresses cannot be used.
    case addresses(String)

    package var description: String {
        switch self {
        case .system(let error): error.description
        case .addresses(let text): text
        }
    }
}
