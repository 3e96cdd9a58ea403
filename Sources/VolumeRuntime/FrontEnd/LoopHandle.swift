import CLinux
import Glibc
import LinuxIO

/// A loop device held open, so that it stays although the kernel is told to free it after its last user.
final class LoopHandle: Sendable {
    enum Clearing: Sendable {
        case cleared
        case inUse
        case failed(SystemError)
    }

    /// `/dev/loopN`.
    let path: String
    private let descriptor: FileDescriptor

    private init(_ path: String, _ descriptor: consuming FileDescriptor) {
        self.path = path
        self.descriptor = descriptor
    }

    /// Attaches a file to a free loop device.
    static func make(of file: String) -> Result<LoopHandle, SystemError> {
        do {
            let device = try LoopDevice(file: file, isDirect: true, autoclear: true)
            return .success(LoopHandle(device.path, try FileDescriptor.open(device.path, O_RDWR)))
        } catch {
            return .failure(error)
        }
    }

    /// The device a former life left, if it still shows the file.
    static func adopt(_ path: String?, of file: String) -> Result<LoopHandle, SystemError>? {
        guard let path, path.hasPrefix("/dev/loop"), backingFile(of: path) == file else { return nil }
        do {
            return .success(LoopHandle(path, try FileDescriptor.open(path, O_RDWR)))
        } catch {
            // The kernel is just freeing it: a new one is made.
            return nil
        }
    }

    /// Frees the device, unless somebody uses it. Waits for what is cached to be written.
    func clear() -> Clearing {
        do {
            let number = descriptor.raw
            // Whoever cared for what is cached has called this himself and knows; a dead volume must not keep its device.
            _ = fsync(number)
            // A file system, or anybody who holds the device for himself, shows here.
            guard let alone = try Self.openExclusively(path) else { return .inUse }
            _ = consume alone
            try SystemCall.run("detach", path) { clinux_loop_clear(number) }
        } catch {
            return .failed(error)
        }
        return isReleased() ? .cleared : .inUse
    }

    /// The kernel frees the device when its last opener closes it. If that is us, nobody else may open it any more.
    private func isReleased() -> Bool {
        do {
            _ = try FileDescriptor.open(path, O_RDONLY)
            return Self.backingFile(of: path) == nil
        } catch {
            return error.errno == ENXIO
        }
    }

    private static func openExclusively(_ path: String) throws(SystemError) -> FileDescriptor? {
        do {
            return try FileDescriptor.open(path, O_RDONLY | O_EXCL)
        } catch  where error.errno == EBUSY {
            return nil
        }
    }

    private static func backingFile(of path: String) -> String? {
        let name = path.dropFirst("/dev/".count)
        return SmallFile.read("/sys/block/\(name)/loop/backing_file").map { String($0.prefix { $0 != "\n" }) }
    }
}
