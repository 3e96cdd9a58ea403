import Glibc
import LinuxIO

/// Replaces a small file so that after any crash either the old or the new content is there.
enum DurableFile {
    static func replace(_ path: String, with content: [UInt8]) throws(SystemError) {
        let temporary = path + ".new"
        let file = try FileDescriptor.open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode: 0o600)
        try writeAll(content, to: file, temporary)
        _ = try SystemCall.run("fsync", temporary) { fsync(file.raw) }
        try file.close()
        _ = try SystemCall.run("rename", path) { rename(temporary, path) }
        let folder = try FileDescriptor.open(parent(of: path), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        _ = try SystemCall.run("fsync", parent(of: path)) { fsync(folder.raw) }
    }

    private static func writeAll(
        _ content: [UInt8], to file: borrowing FileDescriptor, _ path: String
    ) throws(SystemError) {
        var written = 0
        while written < content.count {
            guard let count = try file.write(Array(content[written...])) else {
                throw SystemError(errno: EAGAIN, operation: "write", subject: path)
            }
            written += count
        }
    }

    private static func parent(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/"), slash != path.startIndex else { return "/" }
        return String(path[..<slash])
    }
}
