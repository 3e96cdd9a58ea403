import Glibc
import LinuxIO

/// A folder for one test, gone with it.
final class TestFolder {
    let path: String

    init() throws {
        path = "/tmp/bascule-test-\(getpid())-\(UInt32.random(in: 0...UInt32.max))"
        let folder = path
        try SystemCall.run("make folder", folder) { mkdir(folder, 0o700) }
    }

    deinit {
        for name in Self.names(in: path).sorted() { remove(path + "/" + name) }
        rmdir(path)
    }

    func file(_ name: String) -> String { path + "/" + name }

    /// Makes a sparse file of zeroes and returns its path.
    func disk(_ name: String, bytes: Int) throws -> String {
        let path = file(name)
        let descriptor = try FileDescriptor.open(path, O_RDWR | O_CREAT)
        let number = descriptor.raw
        try SystemCall.run("size", path) { ftruncate(number, bytes) }
        return path
    }

    /// A path that no other test uses, not in any folder of its own.
    static func path(of what: String) -> String {
        "/tmp/bascule-test-\(what)-\(getpid())-\(UInt32.random(in: 0...UInt32.max))"
    }

    private static func names(in path: String) -> [String] {
        guard let folder = opendir(path) else { return [] }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != "." && name != ".." { names.append(name) }
        }
        return names
    }
}
