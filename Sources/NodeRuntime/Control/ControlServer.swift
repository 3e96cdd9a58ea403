import Control
import LinuxIO

/// The control socket: answers the subcommands of this machine's root, and nobody else.
final class ControlServer {
    private var listener: UnixListener?
    private var sessions: [ControlSession] = []

    private static let mostSessions = 32

    /// Listens.
    ///
    /// - Parameter answer: called with each request and the session to answer to.
    init(
        path: String, on loop: EventLoop, answer: @escaping (ControlRequest, ControlSession) -> Void
    ) throws(SystemError) {
        listener = try UnixListener(path: path, loop: loop) { [weak self] in self?.accept($0, answer) }
    }

    deinit { close() }

    /// Stops listening; answers that were given still leave.
    func close() {
        listener?.close()
        listener = nil
        for session in sessions { session.finish() }
        sessions = []
    }

    private func accept(_ connection: UnixConnection, _ answer: @escaping (ControlRequest, ControlSession) -> Void) {
        let session = ControlSession(
            connection, answer: answer, ended: { [weak self] ended in self?.sessions.removeAll { $0 === ended } })
        guard sessions.count < Self.mostSessions else {
            return session.dismiss(.unavailable(detail: "\(sessions.count) others ask already"))
        }
        sessions.append(session)
    }
}
