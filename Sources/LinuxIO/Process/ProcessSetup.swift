import CLinux
import Glibc

/// What a process of ours does to itself at the start, before it makes any thread.
package enum ProcessSetup {
    /// Keeps in RAM, from now on, every page that the process has touched or will touch, so that no beat waits for a disk.
    ///
    /// Pages are not fetched ahead (`MCL_ONFAULT`, mlockall(2)): the program's text would come in as a whole, several times
    /// what a node ever runs. Given up for that: code and constants that were never used before, as those of a first
    /// takeover, may have to come from the page cache, and from the disk where the kernel has evicted them. Beats and the
    /// timers of the peer's silence are used from the first second on, and stay.
    ///
    /// - Throws: `ENOMEM` or `EPERM` where `LimitMEMLOCK=` is too small.
    package static func lockMemory() throws(SystemError) {
        try SystemCall.run("lock the process's memory") { mlockall(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT) }
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
