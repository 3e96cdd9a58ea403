import CLinux
import Glibc
import LinuxIO

/// Resets the machine at once (rule R6): nothing is written back and nobody is asked, for a node that must not serve any
/// longer must not spend time on saying goodbye.
///
/// In a PID namespace of its own, as in a container or the lab, the same call ends the namespace's first process and so
/// everything in it (reboot(2)).
package struct MachineReset: Sendable {
    /// Does not return where it works.
    package var now: @Sendable () -> SystemError

    package init(now: @escaping @Sendable () -> SystemError) {
        self.now = now
    }

    package static let kernel = MachineReset {
        do throws(SystemError) {
            try SystemCall.run("reset the machine") { clinux_reset_machine() }
        } catch {
            return error
        }
        // In a namespace the caller is ended with all the others, at the latest here.
        pause()
        return SystemError(errno: ETIMEDOUT, operation: "reset the machine")
    }
}
