import Glibc
import LinuxIO

/// Keeps a second `bascule run` of the same node away for as long as this value lives; the kernel lets go with the process.
struct InstanceLock: ~Copyable {
    private let file: FileDescriptor

    /// - Throws: `EWOULDBLOCK` where another process is this node already.
    init(folder: String) throws(SystemError) {
        file = try Self.lock(folder + "/run.lock")
    }

    private static func lock(_ path: String) throws(SystemError) -> FileDescriptor {
        let file = try FileDescriptor.open(path, O_RDWR | O_CREAT)
        let number = file.raw
        do throws(SystemError) {
            try SystemCall.run("lock", path) { flock(number, LOCK_EX | LOCK_NB) }
        } catch  where error.errno == EWOULDBLOCK {
            throw error.advising("\"bascule run\" runs here already")
        }
        return file
    }
}
