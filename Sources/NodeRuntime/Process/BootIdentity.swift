import ClusterModel
import Glibc
import LinuxIO

/// Which boot of the machine this is: the same for every process from power-on to power-off, and never again.
///
/// The kernel's boot identity with the start time of process 1, so that a container or lab node, whose kernel goes on when
/// it is switched off and on again, has boots of its own. FNV-1a over 64 bits.
enum BootIdentity {
    static func read() throws(SystemError) -> UInt64 {
        let boot = try text("/proc/sys/kernel/random/boot_id")
        let start = try startTime(ofProcess: 1)
        return (boot + " " + start).utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { hash, byte in
            (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3
        }
    }

    /// Field 22 of proc(5)'s `stat`; the name in field 2 may hold anything, so fields are counted from its closing bracket.
    private static func startTime(ofProcess process: Int32) throws(SystemError) -> String {
        let line = try text("/proc/\(process)/stat")
        guard let bracket = line.lastIndex(of: ")") else { return "" }
        let fields = line[bracket...].split(separator: " ")
        return fields.count > 20 ? String(fields[20]) : ""
    }

    private static func text(_ path: String) throws(SystemError) -> String {
        String(decoding: try FileDescriptor.open(path, O_RDONLY).readAll(limit: 4096), as: UTF8.self)
    }
}

/// Names a run of this process: nanoseconds of the wall clock at the start.
enum Incarnation {
    static func now(after stored: UInt64) -> UInt64 {
        var time = timespec()
        let answer = clock_gettime(CLOCK_REALTIME, &time)
        precondition(answer == 0, "CLOCK_REALTIME exists everywhere")
        let nanoseconds = UInt64(max(0, time.tv_sec)) * 1_000_000_000 + UInt64(time.tv_nsec)
        return max(nanoseconds, stored + 1)
    }
}
