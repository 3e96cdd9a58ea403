import CLinux
import ClusterModel
import Glibc

/// A file seen as a block device. With `autoclear` the kernel frees it after the last user, be that this object or a
/// mount.
package final class LoopDevice {
    /// `/dev/loopN`.
    package let path: String
    /// Whether the kernel leaves out the page cache for the file.
    package let isDirect: Bool
    private var descriptor: FileDescriptor?

    /// Attaches a file.
    ///
    /// - Parameters:
    ///   - file: the backing file or device.
    ///   - part: the part of it to show; nil: all.
    ///   - isReadOnly: whether writes are refused.
    ///   - isDirect: whether to leave out the page cache where the file-system can.
    ///   - autoclear: whether the device goes with its last user.
    /// - Throws: `ENOENT` where the kernel has no loop devices, and what the kernel says of the file.
    package init(
        file: String, part: ByteRange? = nil, isReadOnly: Bool = false, isDirect: Bool = true, autoclear: Bool = true
    ) throws(SystemError) {
        let backing = try FileDescriptor.open(file, isReadOnly ? O_RDONLY : O_RDWR)
        let control = try FileDescriptor.open("/dev/loop-control", O_RDWR)
        var flags: UInt32 = 0
        if isReadOnly { flags |= clinux_LO_FLAGS_READ_ONLY }
        if autoclear { flags |= clinux_LO_FLAGS_AUTOCLEAR }
        if isDirect { flags |= clinux_LO_FLAGS_DIRECT_IO }
        let attached = try Self.attach(control.raw, backing.raw, file, part, flags, isReadOnly)
        var actual: UInt32 = 0
        let number = attached.device.raw
        let path = attached.path
        try SystemCall.run("read the state of", path) { clinux_loop_flags(number, &actual) }
        self.isDirect = actual & clinux_LO_FLAGS_DIRECT_IO != 0
        self.path = path
        descriptor = attached.takeDevice()
    }

    private struct Attached: ~Copyable {
        let device: FileDescriptor
        let path: String

        consuming func takeDevice() -> FileDescriptor { device }
    }

    private static func attach(
        _ control: Int32, _ backing: Int32, _ file: String, _ part: ByteRange?, _ flags: UInt32, _ isReadOnly: Bool
    ) throws(SystemError) -> Attached {
        var flags = flags
        // Another program may take the device between the question and the answer.
        for _ in 0..<64 {
            let index = try SystemCall.run("find a free loop device") { clinux_loop_get_free(control) }
            let path = "/dev/loop\(index)"
            let device = try FileDescriptor.open(path, isReadOnly ? O_RDONLY : O_RDWR)
            let number = device.raw
            do {
                try SystemCall.run("attach to a loop device the file", file) {
                    clinux_loop_configure(number, backing, part?.offset ?? 0, part?.length ?? 0, 0, flags, file)
                }
                return Attached(device: device, path: path)
            } catch  where error.errno == EBUSY {
                continue
            } catch  where error.errno == EINVAL && flags & clinux_LO_FLAGS_DIRECT_IO != 0 {
                flags &= ~clinux_LO_FLAGS_DIRECT_IO
            }
        }
        throw SystemError(errno: EBUSY, operation: "find a free loop device for", subject: file)
    }

    /// Lets the device go; where it is still mounted, the kernel frees it at the unmount.
    ///
    /// - Throws: what the kernel says, e.g. `ENXIO` where somebody detached it already.
    package func detach() throws(SystemError) {
        guard let number = descriptor?.raw else { return }
        try SystemCall.run("detach", path) { clinux_loop_clear(number) }
        descriptor = nil
    }
}
