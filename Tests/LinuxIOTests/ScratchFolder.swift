import Glibc

@testable import LinuxIO

/// A folder that goes with its holder, also when a test fails.
final class ScratchFolder {
    let path: String

    init() throws {
        var template = Array("/tmp/bascule-test-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw SystemError(errno: errno, operation: "make a scratch folder") }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    func path(_ name: String) -> String { "\(path)/\(name)" }

    /// Makes a file of a size, sparse.
    func file(_ name: String, size: Int) throws -> String {
        let file = try FileDescriptor.open(path(name), O_CREAT | O_RDWR)
        guard ftruncate(file.raw, size) == 0 else { throw SystemError(errno: errno, operation: "size a scratch file") }
        return path(name)
    }

    deinit {
        Self.removeTree(path)
    }

    private static func removeTree(_ path: String) {
        if remove(path) == 0 { return }
        guard let folder = opendir(path) else { return }
        defer {
            closedir(folder)
            remove(path)
        }
        while let entry = readdir(folder) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != "." && name != ".." { removeTree("\(path)/\(name)") }
        }
    }
}
