import CLinux
import ClusterModel
import Glibc

/// Takes connections off a listening socket: the part that TCP and unix listeners share.
final class Acceptor {
    private var descriptor: FileDescriptor?
    private let loop: EventLoop
    private var registration: Registration?
    private var resume: TimerID?

    private static let burst = 16

    init(
        _ descriptor: consuming FileDescriptor, on loop: EventLoop,
        _ accepted: @escaping (consuming FileDescriptor, sockaddr_storage) -> Void
    ) throws(SystemError) {
        let number = descriptor.raw
        try SystemCall.run("listen on a socket") { listen(number, 64) }
        self.descriptor = consume descriptor
        self.loop = loop
        registration = try loop.register(number, for: .readable) { [weak self] _ in self?.take(accepted) }
    }

    deinit { close() }

    var localAddress: SocketAddress {
        get throws(SystemError) {
            guard let number = descriptor?.raw else {
                throw SystemError(errno: ENOTCONN, operation: "read the address of a closed listener")
            }
            return try Socket.localAddress(number)
        }
    }

    func close() {
        if let registration { loop.unregister(registration) }
        if let resume { loop.cancel(resume) }
        registration = nil
        resume = nil
        descriptor = nil
    }

    private func take(_ accepted: (consuming FileDescriptor, sockaddr_storage) -> Void) {
        for _ in 0..<Self.burst {
            guard let listening = descriptor?.raw else { return }
            var address = sockaddr_storage()
            var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
            let number = withUnsafeMutablePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { clinux_accept(listening, $0, &length) }
            }
            if number >= 0 {
                accepted(FileDescriptor(owning: number), address)
                continue
            }
            pauseWhenOutOfResources(errno)
            return
        }
    }

    /// Without descriptors or memory the waiting caller would be reported over and over: look again a little later.
    /// Other failures belong to the caller, who has gone already.
    private func pauseWhenOutOfResources(_ failure: Int32) {
        guard [EMFILE, ENFILE, ENOBUFS, ENOMEM].contains(failure), let registration else { return }
        watch(registration, for: [])
        resume = loop.schedule(after: .milliseconds(100)) { [weak self] in
            self?.watch(registration, for: .readable)
        }
    }

    private func watch(_ registration: Registration, for interest: Interest) {
        guard self.registration == registration else { return }
        do {
            try loop.modify(registration, for: interest)
        } catch {
            preconditionFailure("changing the interest in a registered socket: \(error)")
        }
    }
}
