import ClusterModel
import Control
import LinuxIO

/// One connected client of the control socket: takes its requests one after the other, each when the one before is answered.
final class ControlSession {
    private let connection: UnixConnection
    private var framer = ControlFramer()
    private var isAnswering = false
    private var askedAt = Instant.origin
    private var answer: ((ControlRequest, ControlSession) -> Void)?
    private var ended: ((ControlSession) -> Void)?

    private static let chunk = 16 * 1024
    /// Status documents that a watcher does not read are left out from here on.
    private static let congestionMark = 256 * 1024

    /// - Parameters:
    ///   - answer: called with each request; it answers now or later, with any number of `progress` and one `end`.
    ///   - ended: called once when the client has gone or was closed; nothing that is sent later reaches anybody.
    init(
        _ connection: UnixConnection, answer: @escaping (ControlRequest, ControlSession) -> Void,
        ended: @escaping (ControlSession) -> Void
    ) {
        self.connection = connection
        self.answer = answer
        self.ended = ended
        connection.congestionMark = Self.congestionMark
        connection.queueLimit = 4 * ControlFramer.largestPayload
        connection.onReadable = { [weak self] in self?.read() }
        connection.onEnd = { [weak self] _ in self?.close() }
    }

    deinit { if isOpen { connection.close() } }

    /// Whether the client does not read what it gets.
    var isCongested: Bool { connection.isCongested }

    var isOpen: Bool { answer != nil }

    // MARK: Answers

    /// One step on the way to the outcome.
    func progress(_ sentence: String) {
        let elapsed = connection.loop.now - askedAt
        send(.progress(ProgressEvent(elapsedMilliseconds: elapsed.milliseconds, sentence: sentence)))
    }

    /// One of many answers: the request stays open.
    func send(_ response: ControlResponse) {
        guard isOpen else { return }
        do throws(ControlCodecFailure) {
            connection.send(ControlFramer.frame(try ControlCodec.encode(response)))
        } catch {
            // A document that outgrew the frame: the client must not wait for it for ever.
            finish()
        }
    }

    /// The last answer to the request under way.
    func end(_ response: ControlResponse) {
        send(response)
        guard isOpen else { return }
        isAnswering = false
        connection.loop.perform { [weak self] in self?.takeNext() }
    }

    /// Sends a last answer to a client that is not served, and ends.
    func dismiss(_ error: ControlError) {
        send(.error(error))
        finish()
    }

    /// Closes when what was answered has left; a client that does not read loses what the kernel does not take at once.
    func finish() {
        connection.closeWhenSent()
        connection.loop.flushBeforeWaiting { [connection] in withExtendedLifetime(connection) {} }
        forget()
    }

    func close() {
        connection.close()
        forget()
    }

    private func forget() {
        answer = nil
        let report = ended
        ended = nil
        report?(self)
    }

    // MARK: Requests

    private func read() {
        framer.append(connection.receive(limit: Self.chunk))
        takeNext()
        // Requests that wait stay in the kernel, so a client that sends without end fills only its own buffer.
        if isAnswering, framer.pending > 2 * Self.chunk { connection.pauseReading() }
    }

    private func takeNext() {
        guard !isAnswering, let answer else { return }
        do {
            guard let payload = try framer.next() else { return connection.resumeReading() }
            isAnswering = true
            askedAt = connection.loop.now
            answer(try ControlCodec.decodeRequest(payload), self)
        } catch let failure as ControlCodecFailure {
            end(.error(failure.reason))
        } catch {
            // The stream cannot be cut into messages any more.
            dismiss(.malformed(detail: "a message is longer than \(ControlFramer.largestPayload) bytes"))
        }
    }
}
