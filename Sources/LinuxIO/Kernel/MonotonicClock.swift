import ClusterModel
import Glibc

extension Instant {
    /// Now, by `CLOCK_BOOTTIME`: it never jumps and goes on during suspend, so that silence stays silence.
    package static func readingBootClock() -> Instant {
        var time = timespec()
        let answer = clock_gettime(CLOCK_BOOTTIME, &time)
        precondition(answer == 0, "CLOCK_BOOTTIME exists since Linux 2.6.39")
        return Instant(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
    }
}
