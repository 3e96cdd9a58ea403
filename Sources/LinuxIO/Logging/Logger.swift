import Glibc

/// How much a line of the log matters; the numbers are those of syslog.
package enum LogLevel: Int, Hashable, Sendable, Comparable, CaseIterable {
    case error = 3
    case warning = 4
    case notice = 5
    case info = 6
    case debug = 7

    /// The one that matters less is the greater, as in syslog.
    package static func < (left: LogLevel, right: LogLevel) -> Bool {
        left.rawValue < right.rawValue
    }

    var word: String {
        switch self {
        case .error: "error"
        case .warning: "warning"
        case .notice: "notice"
        case .info: "info"
        case .debug: "debug"
        }
    }
}

/// Writes lines to standard error: for the journal with its priority prefix (sd-daemon(3)), else with the time.
package struct Logger: Hashable, Sendable {
    package enum Style: Hashable, Sendable {
        case journal
        case plain
    }

    /// Lines that matter less are left out.
    package var threshold: LogLevel
    private let style: Style
    private let descriptor: Int32

    /// Logs to standard error, in the form its reader expects.
    package init(threshold: LogLevel = .info) {
        self.init(threshold: threshold, style: Self.leadsToJournal() ? .journal : .plain, descriptor: STDERR_FILENO)
    }

    init(threshold: LogLevel, style: Style, descriptor: Int32) {
        self.threshold = threshold
        self.style = style
        self.descriptor = descriptor
    }

    /// systemd names the journal's socket as `device:inode`; somebody may have redirected us since.
    private static func leadsToJournal() -> Bool {
        guard let announced = getenv("JOURNAL_STREAM") else { return false }
        var facts = stat()
        guard fstat(STDERR_FILENO, &facts) == 0 else { return false }
        return String(cString: announced) == "\(facts.st_dev):\(facts.st_ino)"
    }

    package func error(_ text: @autoclosure () -> String) { log(.error, text()) }
    package func warning(_ text: @autoclosure () -> String) { log(.warning, text()) }
    package func notice(_ text: @autoclosure () -> String) { log(.notice, text()) }
    package func info(_ text: @autoclosure () -> String) { log(.info, text()) }
    package func debug(_ text: @autoclosure () -> String) { log(.debug, text()) }

    /// Writes one line. Control characters, which outside text may hold, become spaces: one event is one line.
    package func log(_ level: LogLevel, _ text: @autoclosure () -> String) {
        guard level <= threshold else { return }
        let prefix =
            switch style {
            case .journal: "<\(level.rawValue)>"
            case .plain: "\(WallClock.text()) \(level.word): "
            }
        let bytes = Array(prefix.utf8) + text().utf8.map { $0 < 0x20 || $0 == 0x7f ? 0x20 : $0 } + [0x0a]
        // A log that cannot be written has nowhere to say so; the program goes on.
        _ = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
    }
}
