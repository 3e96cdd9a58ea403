import Glibc

/// Tells systemd how the daemon fares: ready, stopping, alive, one line of status (the notify protocol of
/// `sd_notify(3)`: a datagram of `NAME=value` lines).
///
/// Without a supervisor that listens every call does nothing. No call ever blocks or fails the caller: a full
/// socket loses the message, and the next watchdog message follows soon.
package struct ServiceNotifier: Sendable {
    /// Where the supervisor listens: a path, or `@` and a name in the abstract namespace.
    private let address: String?
    /// How long the supervisor waits for `alive()` before it kills us; send at a third of it. nil means it does not.
    package let watchdogTimeout: Duration?

    /// For the environment that the supervisor gave this process.
    package init() {
        self.init(
            address: Self.variable("NOTIFY_SOCKET"),
            watchdogMicroseconds: Self.variable("WATCHDOG_USEC").flatMap { Int64($0) },
            watchdogPID: Self.variable("WATCHDOG_PID").flatMap { pid_t($0) })
    }

    init(address: String?, watchdogMicroseconds: Int64?, watchdogPID: pid_t?) {
        self.address = address.flatMap { $0.hasPrefix("/") || $0.hasPrefix("@") ? $0 : nil }
        let isForUs = watchdogPID.map { $0 == getpid() } ?? true
        watchdogTimeout = watchdogMicroseconds.flatMap { isForUs && $0 > 0 ? .microseconds($0) : nil }
    }

    /// Whether anybody listens.
    package var isSupervised: Bool { address != nil }

    /// Start-up is over; `status` is what `systemctl status` shows.
    package func ready(status: String) {
        send("READY=1\n" + Self.line(status))
    }

    package func status(_ text: String) {
        send(Self.line(text))
    }

    /// An orderly stop has begun.
    package func stopping(status: String) {
        send("STOPPING=1\n" + Self.line(status))
    }

    /// Gives the stop or start under way more time than the unit allows.
    package func extendTimeout(by duration: Duration) {
        send("EXTEND_TIMEOUT_USEC=\(duration.components.seconds * 1_000_000 + 1_000_000)")
    }

    /// The loop turns.
    package func alive() {
        send("WATCHDOG=1")
    }

    /// Line breaks in a status would be further variables.
    private static func line(_ status: String) -> String {
        "STATUS=" + status.split(whereSeparator: \.isNewline).joined(separator: " ")
    }

    private func send(_ text: String) {
        guard let address, let (name, length) = Self.socketAddress(address) else { return }
        let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        let bytes = [UInt8](text.utf8)
        withUnsafePointer(to: name) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                let flags = Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT)
                _ = sendto(descriptor, bytes, bytes.count, flags, generic, length)
            }
        }
    }

    private static func socketAddress(_ text: String) -> (sockaddr_un, socklen_t)? {
        var name = sockaddr_un()
        name.sun_family = sa_family_t(AF_UNIX)
        var bytes = [UInt8](text.utf8)
        guard bytes.count < MemoryLayout.size(ofValue: name.sun_path) else { return nil }
        if bytes.first == UInt8(ascii: "@") { bytes[0] = 0 }
        withUnsafeMutableBytes(of: &name.sun_path) { $0.copyBytes(from: bytes) }
        return (name, socklen_t(MemoryLayout<sa_family_t>.size + bytes.count))
    }

    private static func variable(_ name: String) -> String? {
        getenv(name).map { String(cString: $0) }
    }
}
