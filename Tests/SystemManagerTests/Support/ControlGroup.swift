import Foundation
import Glibc
import LinuxIO

/// A control group (version 2) of its own for a container. Two systemds that share one also share the groups of equally named
/// units, and kill each other's processes.
struct ControlGroup {
    struct Missing: Error, CustomStringConvertible {
        var description: String
    }

    private let folder: String

    /// Makes a group below the one that this process is in.
    init(_ name: String) throws {
        guard let mount = try Self.words("/proc/self/mounts").first(where: { $0.count > 2 && $0[2] == "cgroup2" })?[1],
            let own = try Self.words("/proc/self/cgroup").first?.first.map({ $0.split(separator: ":").last ?? "" })
        else { throw Missing(description: "no control groups of version 2 are mounted here") }
        let path = own.hasPrefix("/") && own != "/" ? String(own) : ""
        folder = mount + path + "/" + name
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
    }

    /// Where a process writes its number to join.
    var members: String { folder + "/cgroup.procs" }

    /// Removes the group and those below it, once their processes are gone.
    func remove() {
        var below = (FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String }) ?? []
        below.sort { $0.count > $1.count }
        for path in below + [""] where rmdir(folder + "/" + path) != 0 && errno == EBUSY {
            // The kernel takes a moment to bury the last process.
            usleep(50_000)
            rmdir(folder + "/" + path)
        }
    }

    private static func words(_ path: String) throws -> [[String]] {
        let file = try FileDescriptor.open(path, O_RDONLY)
        let text = String(decoding: try file.readAll(limit: 1 << 20), as: UTF8.self)
        // Of /proc/self/cgroup only the line of version 2 matters: it begins with 0.
        return text.split(separator: "\n").filter { path.hasSuffix("mounts") || $0.hasPrefix("0::") }
            .map { $0.split(separator: " ").map(String.init) }
    }
}
