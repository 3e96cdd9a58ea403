import ClusterModel
import Glibc

/// Writes a child's input into a pipe, as fast as the child reads.
final class Feed {
    private let loop: EventLoop
    private var descriptor: FileDescriptor?
    private var registration: Registration?
    private var rest: ArraySlice<UInt8>

    init(_ descriptor: consuming FileDescriptor, _ bytes: [UInt8], on loop: EventLoop) throws(SystemError) {
        self.loop = loop
        rest = bytes[...]
        let number = descriptor.raw
        self.descriptor = consume descriptor
        registration = try loop.register(number, for: .writable) { [weak self] _ in self?.write() }
    }

    deinit { stop() }

    private func write() {
        guard let number = descriptor?.raw else { return }
        let count = rest.withUnsafeBytes { Glibc.write(number, $0.baseAddress, $0.count) }
        if count == -1 && (errno == EAGAIN || errno == EINTR) { return }
        // A child that closed its input wants no more (EPIPE; SIGPIPE is ignored, see ProcessSetup).
        rest = count > 0 ? rest.dropFirst(count) : []
        if rest.isEmpty { stop() }
    }

    func stop() {
        if let registration { loop.unregister(registration) }
        registration = nil
        descriptor = nil
    }
}
