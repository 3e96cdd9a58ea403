import ClusterModel
import Glibc
import LinuxIO

/// A program in a mount namespace of its own that mounts a device, writes to the file system with every block made
/// durable, and unmounts when it is told to. Nobody else's namespace gets a copy of the mount.
final class MountedWriter {
    private let folder: TestFolder
    private let loop: EventLoop
    private let tool: Tool

    private static let script = """
        mount "$1" "$2/point" || exit 9
        touch "$2/mounted"
        while [ ! -e "$2/go" ]; do sleep 0.02; done
        dd if=/dev/zero of="$2/point/file" bs=64k count="$3" oflag=dsync; echo $? > "$2/code.new"
        mv "$2/code.new" "$2/code"
        while [ ! -e "$2/leave" ]; do sleep 0.02; done
        umount "$2/point"
        """

    init(device: String, blocks: Int, loop: EventLoop) throws {
        self.loop = loop
        folder = try TestFolder()
        mkdir(folder.file("point"), 0o700)
        tool = try Tool(
            [
                "unshare", "--mount", "--propagation", "private", "sh", "-c", Self.script, "sh", device, folder.path,
                "\(blocks)",
            ],
            loop: loop)
        try wait(for: "mounted", within: .seconds(10))
    }

    deinit { rmdir(folder.file("point")) }

    /// Begins to write.
    func write() throws { try touch("go") }

    /// The exit code of the writing, or nil where it still waits after the time.
    func result(within limit: Duration) throws -> Int32? {
        guard try appears("code", within: limit) else { return nil }
        let bytes = try FileDescriptor.open(folder.file("code"), O_RDONLY).readAll(limit: 16)
        return Int32(String(decoding: bytes, as: UTF8.self).filter(\.isNumber))
    }

    /// Unmounts; the exit code.
    func leave() throws -> Int32? {
        try touch("leave")
        try loop.run(until: { tool.exitCode != nil }, within: .seconds(20))
        return tool.exitCode
    }

    private func touch(_ name: String) throws {
        _ = try FileDescriptor.open(folder.file(name), O_WRONLY | O_CREAT)
    }

    private func appears(_ name: String, within limit: Duration) throws -> Bool {
        let end = loop.now + limit
        while access(folder.file(name), F_OK) != 0 {
            guard loop.now < end, tool.exitCode == nil else { return false }
            try loop.run(until: { false }, within: .milliseconds(10))
        }
        return true
    }

    private func wait(for name: String, within limit: Duration) throws {
        guard try appears(name, within: limit) else { throw Tool.Failure(description: "not \(name): \(tool.output)") }
    }
}
