import CLinux
import Glibc

/// What a process of ours does to itself at the start, before it makes any thread.
package enum ProcessSetup {
    /// Keeps all memory, present and future, in RAM, so that no beat waits for a disk.
    ///
    /// - Throws: `ENOMEM` or `EPERM` where `LimitMEMLOCK=` is too small.
    package static func lockMemory() throws(SystemError) {
        try SystemCall.run("lock the process's memory") { mlockall(MCL_CURRENT | MCL_FUTURE) }
    }

    /// Runs before all ordinary processes (`SCHED_RR`). Children and later threads do not inherit it.
    ///
    /// - Throws: `EPERM` without `CAP_SYS_NICE` and with `LimitRTPRIO=` too small.
    package static func becomeRealTime(priority: Int32) throws(SystemError) {
        precondition((1...99).contains(priority), "there is no real-time priority \(priority)")
        try SystemCall.run("take real-time priority", "\(priority)") { clinux_set_realtime(priority) }
    }

    /// What `ps` and `top` show for the calling thread; 15 bytes of it.
    package static func setName(_ name: String) {
        // Fails for no input: a longer name is cut.
        _ = clinux_set_name(name)
    }

    /// Makes a write to somebody who is gone an error instead of the end of the process. Every program of ours calls
    /// this first.
    package static func ignoreBrokenPipes() {
        signal(SIGPIPE, SIG_IGN)
    }
}
