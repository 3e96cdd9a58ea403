import LinuxIO
import NodeCore

/// Says what happens, one line an event: to the log, and to those who wait for the outcome of an order.
final class Narrator {
    let logger: Logger
    /// Gets every line of level info and above.
    var listener: ((String) -> Void)?

    init(_ logger: Logger) {
        self.logger = logger
    }

    func say(_ level: NodeCore.LogLevel, _ line: String) {
        switch level {
        case .debug: logger.debug(line)
        case .info: logger.info(line)
        case .warning: logger.warning(line)
        case .error: logger.error(line)
        }
        if level > .debug { listener?(line) }
    }
}
