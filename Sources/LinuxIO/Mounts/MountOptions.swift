import Glibc

/// Mount options as people write them, split into the kernel's flags and the file-system's own words.
package struct MountOptions: Hashable, Sendable {
    /// `MS_…` flags.
    package private(set) var flags: UInt = 0
    /// What is left, for the file-system.
    package private(set) var data = ""

    private static let setting: [String: Int] = [
        "ro": MS_RDONLY, "nosuid": MS_NOSUID, "nodev": MS_NODEV, "noexec": MS_NOEXEC, "sync": MS_SYNCHRONOUS,
        "dirsync": MS_DIRSYNC, "noatime": MS_NOATIME, "nodiratime": MS_NODIRATIME, "relatime": MS_RELATIME,
        "strictatime": MS_STRICTATIME, "lazytime": MS_LAZYTIME, "bind": MS_BIND, "rbind": MS_BIND | MS_REC,
        "remount": MS_REMOUNT, "silent": MS_SILENT,
    ]
    private static let clearing: [String: Int] = [
        "rw": MS_RDONLY, "suid": MS_NOSUID, "dev": MS_NODEV, "exec": MS_NOEXEC, "async": MS_SYNCHRONOUS,
        "atime": MS_NOATIME, "diratime": MS_NODIRATIME, "norelatime": MS_RELATIME, "nostrictatime": MS_STRICTATIME,
        "nolazytime": MS_LAZYTIME, "loud": MS_SILENT,
    ]
    /// Words for those who read fstab, which no file-system knows.
    private static let ignored: Set<String> = [
        "defaults", "auto", "noauto", "user", "nouser", "users", "owner", "group", "nofail", "_netdev",
    ]

    /// Reads a comma-separated list; of contradicting words the last counts.
    package init(_ text: String) {
        var rest: [Substring] = []
        for word in text.split(separator: ",") {
            let key = String(word)
            if let bits = Self.setting[key] {
                flags |= UInt(bits)
            } else if let bits = Self.clearing[key] {
                flags &= ~UInt(bits)
            } else if !Self.ignored.contains(key) && !key.hasPrefix("x-") && !key.hasPrefix("comment=") {
                rest.append(word)
            }
        }
        data = rest.joined(separator: ",")
    }
}
