import CLinux
import ClusterModel
import Glibc

/// A byte stream to a peer. What is sent in one turn of the loop leaves in one vectored call at its end.
///
/// The owner sets the callbacks, reads with `receive`, and calls `close`. Every way a connection can end by itself
/// arrives once, as `onEnd`; after that nothing else is called.
package class StreamConnection {
    package enum State: Hashable, Sendable {
        case connecting
        case open
        case closed
    }

    /// Why a connection ended by itself.
    package enum End: Hashable, Sendable, CustomStringConvertible {
        /// The peer sends no more. What we send may still arrive: `closeWhenSent()` or `close()`.
        case byPeer
        /// The attempt to connect took too long.
        case connectTimedOut
        /// The owner sent more than the connection may hold. Closed.
        case queueOverflow(limit: Int)
        /// The network or the peer broke it. Closed.
        case failed(SystemError)

        package var description: String {
            switch self {
            case .byPeer: "the peer closed the connection"
            case .connectTimedOut: "the peer did not answer the connection attempt in time"
            case .queueOverflow(let limit): "more than \(limit) bytes waited to be sent"
            case .failed(let error): error.description
            }
        }
    }

    /// Called when an attempt to connect succeeded.
    package var onConnect: (() -> Void)?
    /// Called when bytes may be there; the handler calls `receive` until nil, or is called again next turn.
    package var onReadable: (() -> Void)?
    /// Called when a congested connection has room again.
    package var onWritable: (() -> Void)?
    /// Called once when the connection ends by itself.
    package var onEnd: ((End) -> Void)?

    /// More waiting bytes than this make the connection congested: the owner should wait for `onWritable`.
    package var congestionMark = 4 << 20
    /// More waiting bytes than this end the connection.
    package var queueLimit = 64 << 20

    package let loop: EventLoop
    package private(set) var state: State
    /// The other side, for messages.
    package let peerName: String

    private var descriptor: FileDescriptor?
    private var registration: Registration?
    private var interest: Interest = []
    private var queue = SendQueue()
    private var isFlushScheduled = false
    private var isBlocked = false

    private var isReading = false
    private var hasEnded = false
    private var closesWhenSent = false

    init(_ descriptor: consuming FileDescriptor, peerName: String, isConnecting: Bool, on loop: EventLoop)
        throws(SystemError)
    {
        self.loop = loop
        self.peerName = peerName
        state = isConnecting ? .connecting : .open
        isReading = !isConnecting
        isBlocked = isConnecting
        let number = descriptor.raw
        self.descriptor = consume descriptor
        interest = isConnecting ? .writable : .readable
        registration = try loop.register(number, for: interest) { [weak self] in self?.handle($0) }
    }

    deinit { close() }

    /// The number of the socket, for options; nil after the close.
    var socketNumber: Int32? { descriptor?.raw }

    /// Bytes accepted by `send` and not yet by the kernel.
    package var bytesWaiting: Int { queue.count }

    /// Whether more waits than `congestionMark`, or has and `onWritable` has not been called yet.
    package private(set) var isCongested = false

    // MARK: Sending

    /// Queues a copy of bytes. On a closed connection they go nowhere.
    package func send(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes { send(copying: $0) }
    }

    /// Queues a copy of bytes.
    package func send(copying bytes: UnsafeRawBufferPointer) {
        guard state != .closed else { return }
        queue.append(bytes)
        queued()
    }

    /// Queues a part of a buffer without copying; its contents must not change until it is sent.
    package func send(_ buffer: AlignedBuffer, _ range: Range<Int>) {
        guard state != .closed else { return }
        queue.append(buffer, range)
        queued()
    }

    private func queued() {
        if queue.count > queueLimit {
            end(.queueOverflow(limit: queueLimit))
            return
        }
        if queue.count > congestionMark { isCongested = true }
        guard !isBlocked, !isFlushScheduled else { return }
        isFlushScheduled = true
        loop.flushBeforeWaiting { [weak self] in self?.flush() }
    }

    private func flush() {
        isFlushScheduled = false
        guard state == .open, let number = descriptor?.raw else { return }
        do {
            while !queue.isEmpty {
                guard let count = try sendOnce(number) else { break }
                queue.drop(count)
            }
            isBlocked = !queue.isEmpty
            try updateInterest()
        } catch {
            end(.failed(error))
            return
        }
        if queue.isEmpty && closesWhenSent {
            close()
        } else if isCongested && queue.count <= congestionMark / 2 {
            isCongested = false
            onWritable?()
        }
    }

    private func sendOnce(_ number: Int32) throws(SystemError) -> Int? {
        try SystemCall.unlessBlocking("send to", peerName) {
            queue.withVectors { vectors in
                let count = vectors.count
                return vectors.withUnsafeMutableBufferPointer { pointer in
                    var message = msghdr()
                    message.msg_iov = pointer.baseAddress
                    message.msg_iovlen = count
                    return sendmsg(number, &message, Int32(MSG_NOSIGNAL))
                }
            }
        }
    }

    // MARK: Receiving

    /// Reads what is there into the caller's buffer; nil: nothing now (or never: then `onEnd` follows).
    package func receive(into buffer: UnsafeMutableRawBufferPointer) -> Int? {
        precondition(!buffer.isEmpty, "receiving into nothing cannot be told from the end")
        guard state == .open, !hasEnded, let number = descriptor?.raw else { return nil }
        do {
            let count = try SystemCall.unlessBlocking("receive from", peerName) {
                recv(number, buffer.baseAddress, buffer.count, 0)
            }
            if count == 0 { endLater(.byPeer) }
            return count == 0 ? nil : count
        } catch {
            endLater(.failed(error))
            return nil
        }
    }

    /// Reads what is there, at most `limit` bytes; empty: nothing now.
    package func receive(limit: Int) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: limit) { buffer, count in
            count = receive(into: UnsafeMutableRawBufferPointer(buffer)) ?? 0
        }
    }

    /// Leaves incoming bytes in the kernel, so that the peer's window closes.
    package func pauseReading() {
        setReading(false)
    }

    package func resumeReading() {
        setReading(true)
    }

    private func setReading(_ wanted: Bool) {
        guard isReading != wanted, state == .open, !hasEnded else { return }
        isReading = wanted
        do { try updateInterest() } catch { endLater(.failed(error)) }
    }

    // MARK: Events

    private func handle(_ ready: Readiness) {
        if state == .connecting {
            connected()
            return
        }
        if isReading, !ready.isDisjoint(with: [.readable, .hangUp, .error]) {
            onReadable?()
        } else if hasEnded, !ready.isDisjoint(with: [.hangUp, .error]) {
            // The owner knows already that the peer is done; now nothing can be sent either.
            close()
            return
        } else if !ready.isDisjoint(with: [.hangUp, .error]) {
            // Nobody reads, so nobody would find out, and the kernel would report it for ever.
            let failure = socketNumber.map(Socket.pendingError) ?? 0
            end(.failed(SystemCall.error(failure == 0 ? EPIPE : failure, "keep the connection to", peerName)))
            return
        }
        if ready.contains(.writable), state == .open { flush() }
    }

    private func connected() {
        guard let number = descriptor?.raw else { return }
        let failure = Socket.pendingError(number)
        guard failure == 0 else {
            end(.failed(SystemCall.error(failure, "connect to", peerName)))
            return
        }
        state = .open
        isReading = true
        isBlocked = false
        onConnect?()
        flush()
    }

    func connectTimedOut() {
        if state == .connecting { end(.connectTimedOut) }
    }

    private func updateInterest() throws(SystemError) {
        var wanted: Interest = []
        if isReading { wanted.insert(.readable) }
        if isBlocked { wanted.insert(.writable) }
        guard wanted != interest, let registration else { return }
        interest = wanted
        try loop.modify(registration, for: wanted)
    }

    // MARK: Ending

    /// Closes now; what waits is lost. `onEnd` is not called.
    package func close() {
        if let registration { loop.unregister(registration) }
        registration = nil
        descriptor = nil
        state = .closed
        queue.removeAll()
    }

    /// Closes as soon as the kernel has taken what waits.
    package func closeWhenSent() {
        closesWhenSent = true
        if queue.isEmpty { close() }
    }

    private func endLater(_ reason: End) {
        guard !hasEnded else { return }
        isReading = false
        loop.perform { [weak self] in self?.end(reason) }
    }

    private func end(_ reason: End) {
        guard state != .closed else { return }
        guard !hasEnded else {
            if reason != .byPeer { close() }
            return
        }
        hasEnded = true
        isReading = false
        if reason == .byPeer {
            do { try updateInterest() } catch { close() }
        } else {
            close()
        }
        onEnd?(reason)
    }
}
