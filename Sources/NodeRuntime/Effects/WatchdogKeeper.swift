import ClusterModel
import LinuxIO

/// The hardware watchdog: opened and armed by the first feeding, disarmed only by an orderly end.
///
/// A device that cannot be had is said once and tried again; what it means for safety is the brain's and the status's matter.
final class WatchdogKeeper {
    private let definition: WatchdogDefinition?
    private let loop: EventLoop
    private let logger: Logger
    private var device: Watchdog?
    private var triedAt: Instant?
    /// Why it is not armed, or empty.
    private(set) var trouble = ""

    private static let retryDelay = Duration.seconds(10)

    init(_ definition: WatchdogDefinition?, on loop: EventLoop, logger: Logger) {
        self.definition = definition
        self.loop = loop
        self.logger = logger
    }

    var isArmed: Bool { device != nil }

    /// How long after the last feeding the machine resets; nil where it is not armed, or a stand-in.
    var timeoutSeconds: Int? { device?.timeoutSeconds }

    func feed() {
        guard let definition else { return }
        do throws(SystemError) {
            if device == nil { try arm(definition) }
            // Not yet time to try again.
            guard let device else { return }
            try device.feed()
            trouble = ""
        } catch {
            if trouble != "\(error)" { logger.error("the watchdog is not fed: \(error)") }
            trouble = "\(error)"
        }
    }

    private func arm(_ definition: WatchdogDefinition) throws(SystemError) {
        if let triedAt, loop.now - triedAt < Self.retryDelay { return }
        triedAt = loop.now
        let seconds = max(1, Int(definition.timeout.components.seconds))
        let armed = try Watchdog(definition.device, timeoutSeconds: seconds)
        device = armed
        let kind = armed.identity ?? "a stand-in that resets nothing"
        logger.notice("the watchdog \(definition.device) is armed (\(kind), \(armed.timeoutSeconds ?? seconds) s)")
    }

    /// The orderly end: without it the machine would be reset after we are gone.
    func disarm() {
        do throws(SystemError) {
            try device?.disarm()
        } catch {
            logger.error("the watchdog cannot be disarmed, it will reset the machine: \(error)")
        }
        device = nil
    }
}
