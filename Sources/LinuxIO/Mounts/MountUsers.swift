import Glibc

/// A process that keeps a file-system busy.
package struct MountUser: Hashable, Sendable, CustomStringConvertible {
    package enum Use: String, Hashable, Sendable, CaseIterable {
        case workingFolder = "works in"
        case root = "has its root in"
        case program = "runs a program of"
        case openFile = "has a file open in"
        case mapping = "has a file mapped from"
    }

    package var process: Int32
    /// The program's short name.
    package var name: String
    /// What it does with the first path found.
    package var use: Use
    package var path: String

    package var description: String { "\(name) (\(process)) \(use.rawValue) \(path)" }
}

/// Finds who must go before a file-system can be unmounted.
///
/// Only reads `/proc`: no path on the file-system itself is touched, so a frozen disk cannot hold this up.
package enum MountUsers {
    /// All processes that use anything at or below a mount point, ordered by number. Kernel users (other mounts, loop
    /// devices, swap, NFS exports) have no process and do not show.
    package static func find(below mountPoint: String) throws(SystemError) -> [MountUser] {
        let processes = try entries(of: "/proc").compactMap { Int32($0) }.sorted()
        return processes.compactMap { user($0, mountPoint) }
    }

    private static func user(_ process: Int32, _ mountPoint: String) -> MountUser? {
        let folder = "/proc/\(process)"
        let links: [(MountUser.Use, String)] = [(.workingFolder, "cwd"), (.root, "root"), (.program, "exe")]
        for (use, link) in links {
            if let path = target(of: "\(folder)/\(link)"), isInside(path, mountPoint) {
                return MountUser(process: process, name: name(folder), use: use, path: path)
            }
        }
        // A process may end at any point of this; then it uses nothing any more.
        let files = (try? entries(of: "\(folder)/fd")) ?? []
        for file in files {
            if let path = target(of: "\(folder)/fd/\(file)"), isInside(path, mountPoint) {
                return MountUser(process: process, name: name(folder), use: .openFile, path: path)
            }
        }
        return mapping(folder, mountPoint).map {
            MountUser(process: process, name: name(folder), use: .mapping, path: $0)
        }
    }

    private static func mapping(_ folder: String, _ mountPoint: String) -> String? {
        for line in text(of: "\(folder)/maps").split(separator: "\n") {
            // The path is the sixth field and may hold spaces.
            let fields = line.split(separator: " ", maxSplits: 5)
            guard fields.count == 6 else { continue }
            let path = String(fields[5].drop { $0 == " " })
            if isInside(path, mountPoint) { return path }
        }
        return nil
    }

    static func isInside(_ path: String, _ mountPoint: String) -> Bool {
        if mountPoint == "/" { return path.hasPrefix("/") }
        return path == mountPoint || path.hasPrefix(mountPoint + "/")
    }

    private static func name(_ folder: String) -> String {
        String(text(of: "\(folder)/comm").prefix { $0 != "\n" })
    }

    private static func text(of path: String) -> String {
        // Gone with its process, or not ours to read: nothing to see either way.
        let bytes = (try? FileDescriptor.contents(of: path, limit: 4 << 20)) ?? []
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func target(of link: String) -> String? {
        var buffer = [UInt8](repeating: 0, count: Int(PATH_MAX))
        let count = buffer.withUnsafeMutableBytes { bytes in
            bytes.withMemoryRebound(to: CChar.self) { text in
                text.baseAddress.map { readlink(link, $0, text.count) } ?? -1
            }
        }
        return count > 0 ? String(decoding: buffer[..<count], as: UTF8.self) : nil
    }

    private static func entries(of path: String) throws(SystemError) -> [String] {
        guard let folder = opendir(path) else { throw SystemCall.error(errno, "list", path) }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            names.append(
                withUnsafeBytes(of: entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) })
        }
        return names
    }
}
