import Glibc

/// One mounted file-system, as proc(5) describes a line of `/proc/PID/mountinfo`.
package struct MountEntry: Hashable, Sendable {
    package var id: Int
    /// `major:minor`.
    package var device: String
    package var mountPoint: String
    package var options: String
    package var type: String
    package var source: String
}

/// What is mounted in our mount namespace.
package struct MountTable: Hashable, Sendable {
    /// In the order of mounting: a later one covers an earlier one at the same place.
    package var entries: [MountEntry]

    package static func read() throws(SystemError) -> MountTable {
        MountTable(parsing: try FileDescriptor.contents(of: "/proc/self/mountinfo", limit: 16 << 20))
    }

    /// Reads the kernel's text; lines that are not of its form are left out.
    package init(parsing text: [UInt8]) {
        entries = text.split(separator: 0x0a).compactMap { Self.entry(String(decoding: $0, as: UTF8.self)) }
    }

    private static func entry(_ line: String) -> MountEntry? {
        let fields = line.split(separator: " ")
        // Optional fields end with a lone dash; the type, source and superblock options follow.
        guard let dash = fields.dropFirst(6).firstIndex(of: "-"), fields.count >= dash + 3, let id = Int(fields[0])
        else { return nil }
        return MountEntry(
            id: id, device: String(fields[2]), mountPoint: unescaped(fields[4]), options: String(fields[5]),
            type: String(fields[dash + 1]), source: unescaped(fields[dash + 2]))
    }

    /// Space, tab, newline and backslash are written as three octal digits.
    static func unescaped(_ text: Substring) -> String {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            let digits = rest.prefix(3)
            if byte == 0x5c, digits.count == 3, digits.allSatisfy({ (0x30...0x37).contains($0) }) {
                let value = digits.reduce(0) { $0 * 8 + Int($1 - 0x30) }
                bytes.append(UInt8(truncatingIfNeeded: value))
                rest = rest.dropFirst(3)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The file-system on top at a mount point, or nil where nothing is mounted exactly there.
    package func entry(at mountPoint: String) -> MountEntry? {
        entries.last { $0.mountPoint == mountPoint }
    }

    /// Everything mounted of a source such as `/dev/bascule/www`.
    package func entries(of source: String) -> [MountEntry] {
        entries.filter { $0.source == source }
    }
}
