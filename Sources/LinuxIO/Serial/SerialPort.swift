import CLinux
import ClusterModel
import Glibc

/// A serial line, raw, 8N1, without flow control: the null-modem cable between the nodes.
///
/// A USB adapter may vanish while it is open: that is an event, and `reopen` tries again.
package final class SerialPort {
    package enum Event: Hashable, Sendable {
        case received([UInt8])
        /// The device hung up or went away, by `reason` where the kernel gave one. Nothing more comes until `reopen`.
        case vanished(reason: SystemError?)
    }

    package let path: String
    package let baud: UInt32
    /// Most bytes that may wait here, beside those in the kernel's buffer.
    package let queueLimit: Int

    private let loop: EventLoop
    private let handler: (Event) -> Void
    private var descriptor: FileDescriptor?
    private var registration: Registration?
    private var queue: [UInt8] = []
    private var isBlocked = false
    private var buffer = [UInt8](repeating: 0, count: 4096)

    /// Opens the line.
    ///
    /// - Parameters:
    ///   - path: e.g. `/dev/ttyS0`.
    ///   - baud: 9600 to 460800, one of the usual steps.
    ///   - queueLimit: see `queueLimit`.
    ///   - loop: where events are reported.
    ///   - handler: called with each of them.
    /// - Throws: `EINVAL` for an unknown speed or a line that refuses it, `ENOTTY` for what is no serial line,
    ///   `EWOULDBLOCK` where another program has it.
    package init(
        _ path: String, baud: UInt32, queueLimit: Int = 8192, on loop: EventLoop, _ handler: @escaping (Event) -> Void
    ) throws(SystemError) {
        self.path = path
        self.baud = baud
        self.queueLimit = queueLimit
        self.loop = loop
        self.handler = handler
        try open()
    }

    deinit { close() }

    /// Whether the line is there.
    package var isOpen: Bool { descriptor != nil }

    /// Opens the line again after it vanished.
    package func reopen() throws(SystemError) {
        guard descriptor == nil else { return }
        try open()
    }

    private func open() throws(SystemError) {
        // Without O_NONBLOCK the open would wait for the other machine to be switched on.
        let device = try FileDescriptor.open(path, O_RDWR | O_NOCTTY | O_NONBLOCK)
        let number = device.raw
        do {
            try SystemCall.run("lock", path) { flock(number, LOCK_EX | LOCK_NB) }
        } catch  where error.errno == EWOULDBLOCK {
            throw error.advising("another program uses the line")
        }
        try TerminalMode.makeRaw(number, path, baud: baud)
        registration = try loop.register(number, for: .readable) { [weak self] in self?.handle($0) }
        descriptor = consume device
        queue = []
        isBlocked = false
    }

    // MARK: Sending

    /// Queues bytes whole, or not at all.
    ///
    /// - Returns: false where the line is gone or too much waits already; on a slow line a later beat is worth more
    /// than an old one.
    @discardableResult
    package func send(_ bytes: [UInt8]) -> Bool {
        guard descriptor != nil, queue.count + bytes.count <= queueLimit else { return false }
        queue += bytes
        if !isBlocked { flush() }
        return descriptor != nil
    }

    /// Bytes not yet on the wire: ours and those in the kernel's buffer.
    package var bytesWaiting: Int {
        guard let number = descriptor?.raw else { return 0 }
        var inKernel: Int32 = 0
        // A line that cannot tell counts as empty there.
        return clinux_terminal_output_queue(number, &inKernel) == 0 ? queue.count + Int(inKernel) : queue.count
    }

    private func flush() {
        while let number = descriptor?.raw, !queue.isEmpty {
            let count = queue.withUnsafeBytes { Glibc.write(number, $0.baseAddress, $0.count) }
            if count > 0 {
                queue.removeFirst(count)
            } else if count == -1 && errno == EINTR {
                continue
            } else if count == 0 || errno == EAGAIN {
                break
            } else {
                vanish(SystemCall.error(errno, "write to", path))
                return
            }
        }
        watch(isBlocked: !queue.isEmpty)
    }

    private func watch(isBlocked wanted: Bool) {
        guard wanted != isBlocked, let registration else { return }
        isBlocked = wanted
        do {
            try loop.modify(registration, for: wanted ? [.readable, .writable] : .readable)
        } catch {
            vanish(error)
        }
    }

    // MARK: Receiving

    private func handle(_ ready: Readiness) {
        // A hang-up is read, too: what arrived before it counts, and the read tells why.
        if !ready.isDisjoint(with: [.readable, .hangUp, .error]) { receive() }
        if ready.contains(.writable), descriptor != nil { flush() }
    }

    private func receive() {
        guard let number = descriptor?.raw else { return }
        let count = buffer.withUnsafeMutableBytes { Glibc.read(number, $0.baseAddress, $0.count) }
        if count > 0 {
            handler(.received([UInt8](buffer[..<count])))
        } else if count == 0 {
            vanish(nil)
        } else if errno != EAGAIN && errno != EINTR {
            vanish(SystemCall.error(errno, "read from", path))
        }
    }

    private func vanish(_ reason: SystemError?) {
        close()
        handler(.vanished(reason: reason))
    }

    /// Closes the line; no event follows.
    package func close() {
        if let registration { loop.unregister(registration) }
        registration = nil
        descriptor = nil
        queue = []
    }

    // MARK: Modem lines

    /// The incoming modem lines; nil where the line is gone or has none (pseudo-terminals, some adapters).
    package var modemLines: ModemLines? {
        guard let number = descriptor?.raw else { return nil }
        var lines: Int32 = 0
        return clinux_terminal_modem_lines(number, &lines) == 0 ? ModemLines(rawValue: lines) : nil
    }

    /// Raises DTR and RTS, which the peer sees as DSR, DCD and CTS: "this machine has power".
    ///
    /// - Throws: `ENOTTY` or `EINVAL` where the line has no modem lines.
    package func raiseModemLines() throws(SystemError) {
        guard let number = descriptor?.raw else {
            throw SystemError(errno: ENXIO, operation: "raise the modem lines of", subject: path)
        }
        try SystemCall.run("raise the modem lines of", path) {
            clinux_terminal_raise_lines(number, TIOCM_DTR | TIOCM_RTS)
        }
    }
}
