import Glibc
import LinuxIO

/// A folder that goes with its holder, also when a test fails.
final class ScratchFolder {
    let path: String

    init() throws {
        var template = Array("/tmp/bascule-node-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw SystemError(errno: errno, operation: "make a scratch folder") }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit { Self.removeTree(path) }

    func path(_ name: String) -> String { "\(path)/\(name)" }

    func folder(_ name: String) -> String {
        mkdir(path(name), 0o700)
        return path(name)
    }

    @discardableResult
    func write(_ name: String, _ text: String, mode: mode_t = 0o600) throws -> String {
        let file = try FileDescriptor.open(path(name), O_CREAT | O_RDWR | O_TRUNC, mode: mode)
        _ = try file.write(Array(text.utf8))
        return path(name)
    }

    func read(_ name: String) throws -> String {
        String(decoding: try FileDescriptor.open(path(name), O_RDONLY).readAll(limit: 1 << 20), as: UTF8.self)
    }

    func has(_ name: String) -> Bool { access(path(name), F_OK) == 0 }

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
