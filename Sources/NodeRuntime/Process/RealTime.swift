import CLinux
import LinuxIO

/// Makes this process one that beats on time whatever else the machine does: locked in memory, real-time.
enum RealTime {
    private static let priority: Int32 = 10
    /// Helper threads mount and write small files. Their stacks are locked in memory as a whole, so they are small.
    private static let stackBytes = 256 * 1024

    /// - Returns: what was not allowed, one sentence each; the process works without it, less surely.
    static func take(logger: Logger) -> [String] {
        limitStacks(logger: logger)
        forgetTheStart(logger: logger)
        var warnings: [String] = []
        do throws(SystemError) {
            try ProcessSetup.lockMemory()
        } catch {
            warnings.append("memory is not locked: \(error); a busy disk can delay heartbeats")
        }
        do throws(SystemError) {
            try ProcessSetup.becomeRealTime(priority: priority)
        } catch {
            warnings.append("no real-time priority: \(error); a busy machine can delay heartbeats")
        }
        for warning in warnings { logger.warning(warning) }
        return warnings
    }

    /// Reading command line and configuration took a quarter of the program's code, which is not needed again.
    private static func forgetTheStart(logger: Logger) {
        do throws(SystemError) {
            try ProgramText.release()
        } catch {
            logger.warning("the start's code stays in memory: \(error)")
        }
    }

    private static func limitStacks(logger: Logger) {
        // Where it fails stacks are of the usual size, and cost memory.
        if clinux_set_default_stack(stackBytes) != 0 { logger.warning("the stacks of helper threads stay large") }
    }
}
