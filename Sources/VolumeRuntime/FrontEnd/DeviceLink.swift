import Glibc
import LinuxIO

/// The stable name of a volume's device, `/dev/bascule/NAME`: a symbolic link that is changed in one step.
struct DeviceLink {
    let path: String

    init(folder: String, name: String) {
        path = "\(folder)/\(name)"
    }

    /// What the name leads to now, or nil.
    var target: String? {
        var bytes = [UInt8](repeating: 0, count: 256)
        let count = bytes.withUnsafeMutableBytes { buffer in
            buffer.withMemoryRebound(to: CChar.self) { text in
                text.baseAddress.map { readlink(path, $0, text.count) } ?? -1
            }
        }
        return count > 0 ? String(decoding: bytes[..<count], as: UTF8.self) : nil
    }

    func point(to device: String) throws(SystemError) {
        let folder = String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)])
        if mkdir(folder, 0o755) != 0 && errno != EEXIST {
            throw SystemError(errno: errno, operation: "make folder", subject: folder)
        }
        let fresh = path + ".new"
        unlink(fresh)
        try SystemCall.run("make the link", fresh) { symlink(device, fresh) }
        try SystemCall.run("name the device", path) { rename(fresh, path) }
    }

    /// Removes the name; one that is not there is no error.
    func remove() {
        unlink(path)
    }
}
