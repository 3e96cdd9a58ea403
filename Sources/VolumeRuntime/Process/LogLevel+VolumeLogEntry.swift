import LinuxIO
import Replication

extension LogLevel {
    init(_ level: VolumeLogEntry.Level) {
        switch level {
        case .debug: self = .debug
        case .info: self = .info
        case .warning: self = .warning
        case .error: self = .error
        }
    }
}
