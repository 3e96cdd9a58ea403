import ClusterModel
import Glibc
import LinuxIO

/// What a file system resource asks of the kernel. Every call may wait for the disk for ever: only for `HelperQueue`.
struct MountCalls: Sendable {
    let resource: FilesystemResource
    /// `/dev/bascule/NAME`, or what stands in for it in a test.
    let device: String

    enum Unmounted: Sendable {
        /// Nothing of ours is mounted there any more.
        case done
        case busy(users: [MountUser], below: [String])
        case failed(String)
    }

    /// Mounts it, or finds it mounted.
    ///
    /// - Returns: why it is not mounted, or nil.
    func mount() -> String? {
        do throws(SystemError) {
            if let entry = try MountTable.read().entry(at: resource.mountPoint) {
                return isOurs(entry) ? nil : "\(entry.source) is already mounted on \(resource.mountPoint)"
            }
            if let objection = objection() { return objection }
            try Mount.mount(
                device, at: resource.mountPoint, type: resource.type, options: resource.options.joined(separator: ","))
            return nil
        } catch {
            return "\(advised(error))"
        }
    }

    private func objection() -> String? {
        var facts = stat()
        guard stat(device, &facts) == 0, facts.st_mode & S_IFMT == S_IFBLK else {
            return "there is no block device \(device): the volume is not primary here, or not attached"
        }
        guard stat(resource.mountPoint, &facts) == 0, facts.st_mode & S_IFMT == S_IFDIR else {
            return "the mount point \(resource.mountPoint) is missing or no folder: \"mkdir -p \(resource.mountPoint)\""
        }
        return nil
    }

    private func advised(_ error: SystemError) -> SystemError {
        switch error.errno {
        case EINVAL:
            error.advising("is there a file system of type \(resource.type) on it, and are the options right?")
        case ENODEV: error.advising("this kernel does not know the type \(resource.type)")
        default: error
        }
    }

    /// Unmounts it if nobody uses it.
    func unmount() -> Unmounted {
        do throws(SystemError) {
            // Mounted twice over itself is possible, and each layer keeps the device busy.
            while let entry = try MountTable.read().entry(at: resource.mountPoint), isOurs(entry) {
                try Mount.unmount(resource.mountPoint)
            }
            return .done
        } catch {
            guard error.errno == EBUSY else { return .failed("\(error)") }
            return busy()
        }
    }

    private func busy() -> Unmounted {
        do throws(SystemError) {
            let prefix = resource.mountPoint == "/" ? "/" : resource.mountPoint + "/"
            let below = try MountTable.read().entries.map(\.mountPoint).filter { $0.hasPrefix(prefix) }
            return .busy(users: try MountUsers.find(below: resource.mountPoint), below: below)
        } catch {
            return .busy(users: [], below: [])
        }
    }

    /// Whether a mount is of our device. By its name first: the device itself may be gone already.
    func isOurs(_ entry: MountEntry) -> Bool {
        if entry.source == device { return true }
        var facts = stat()
        guard stat(device, &facts) == 0, facts.st_mode & S_IFMT == S_IFBLK else { return false }
        let major = (facts.st_rdev >> 8) & 0xfff | (facts.st_rdev >> 32) & ~0xfff
        let minor = facts.st_rdev & 0xff | (facts.st_rdev >> 12) & ~0xff
        return entry.device == "\(major):\(minor)"
    }
}
