import ClusterModel
import Glibc

/// Collects a child's output through a pipe: the last bytes of it, up to a bound, for the end tells why something
/// failed.
final class Capture {
    private let limit: Int
    private let loop: EventLoop
    private var descriptor: FileDescriptor?
    private var registration: Registration?
    private var collected: [UInt8] = []
    private(set) var isTruncated = false

    init(_ descriptor: consuming FileDescriptor, limit: Int, on loop: EventLoop) throws(SystemError) {
        self.limit = limit
        self.loop = loop
        let number = descriptor.raw
        self.descriptor = consume descriptor
        registration = try loop.register(number, for: .readable) { [weak self] _ in self?.read(atMost: 16) }
    }

    deinit { stop() }

    /// The last bytes, at most `limit`.
    var bytes: [UInt8] { collected.suffix(limit) }

    /// Takes what is in the pipe now and stops: a daemon that the child left behind may hold the pipe open for ever.
    func finish() {
        // A pipe holds at most 1 MiB, unless somebody goes on filling it.
        read(atMost: 1024)
        if collected.count > limit { isTruncated = true }
        stop()
    }

    private func read(atMost rounds: Int) {
        var chunk = [UInt8](repeating: 0, count: 4096)
        for _ in 0..<rounds {
            guard let number = descriptor?.raw else { return }
            let count = chunk.withUnsafeMutableBytes { Glibc.read(number, $0.baseAddress, $0.count) }
            if count == -1 && (errno == EAGAIN || errno == EINTR) { return }
            guard count > 0 else {
                stop()
                return
            }
            collected += chunk[..<count]
            if collected.count > 2 * limit {
                collected.removeFirst(collected.count - limit)
                isTruncated = true
            }
        }
    }

    private func stop() {
        if let registration { loop.unregister(registration) }
        registration = nil
        descriptor = nil
    }
}
