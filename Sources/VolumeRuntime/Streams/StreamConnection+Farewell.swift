import ClusterModel
import LinuxIO

extension StreamConnection {
    /// Closes as soon as the kernel has taken what is queued, or after `limit`; the loop keeps the connection alive so long.
    func closeWhenSent(within limit: Duration) {
        onReadable = nil
        onWritable = nil
        onEnd = nil
        closeWhenSent()
        guard state != .closed else { return }
        loop.schedule(after: limit) { self.close() }
    }
}
