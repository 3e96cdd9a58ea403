import ClusterModel
import Glibc
import LinuxIO

/// Tells at once when something was mounted or unmounted in our mount namespace (proc(5), `/proc/PID/mountinfo`).
final class MountWatch {
    private let file: FileDescriptor
    private let loop: EventLoop
    private var registration: Registration?
    private var handlers: [(MountTable) -> Void] = []

    init(on loop: EventLoop) throws(SystemError) {
        file = try FileDescriptor.open("/proc/self/mountinfo", O_RDONLY)
        self.loop = loop
        registration = try loop.register(file.raw, for: .priority) { [weak self] _ in self?.changed() }
    }

    deinit { close() }

    /// Calls the handler with the whole table after every change.
    func watch(_ handler: @escaping (MountTable) -> Void) {
        handlers.append(handler)
    }

    func close() {
        if let registration { loop.unregister(registration) }
        registration = nil
        handlers = []
    }

    private func changed() {
        do throws(SystemError) {
            let table = try MountTable.read()
            for handler in handlers { handler(table) }
        } catch {
            // The kernel's own table cannot be read now; the next change brings another occasion.
        }
    }
}
