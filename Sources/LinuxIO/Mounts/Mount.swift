import Glibc

/// Mounting and unmounting. Each call waits for the disk: a running loop hands it to `HelperThread`.
package enum Mount {
    package enum Unmounting: Hashable, Sendable {
        /// Fails with `EBUSY` while anybody uses it.
        case whenUnused
        /// Out of sight at once; the file-system goes with its last user.
        case lazily
    }

    /// Mounts with options as in fstab, e.g. `noatime,errors=remount-ro`.
    package static func mount(
        _ source: String, at target: String, type: String, options: String = ""
    ) throws(SystemError) {
        let options = MountOptions(options)
        try SystemCall.run("mount", "\(source) on \(target)") {
            Glibc.mount(source, target, type, options.flags, options.data)
        }
    }

    /// Unmounts; symbolic links are not followed.
    package static func unmount(_ target: String, _ how: Unmounting = .whenUnused) throws(SystemError) {
        let flags = Int32(UMOUNT_NOFOLLOW) | (how == .lazily ? Int32(MNT_DETACH) : 0)
        try SystemCall.run("unmount", target) { umount2(target, flags) }
    }
}
