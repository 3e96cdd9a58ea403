import ArgumentParser
import ClusterModel
import Control
import LinuxIO

/// One conversation with a daemon over its control socket.
struct ControlClient {
    let path: String

    static func node(_ options: RunDirectoryOption) -> ControlClient {
        ControlClient(path: options.runDirectory + "/control.sock")
    }

    /// Sends a request and hands every message to `receive` until it is the last one, or the daemon closes, or
    /// `receive` says to stop by returning false.
    func converse(_ request: ControlRequest, _ receive: @escaping (ControlResponse) throws -> Bool) throws {
        let loop = try EventLoop()
        let connection: UnixConnection
        do {
            connection = try UnixConnection.connect(to: path, on: loop)
        } catch {
            throw unreachable(error)
        }
        defer { connection.close() }
        connection.send(ControlFramer.frame(try ControlCodec.encode(request)))
        var framer = ControlFramer()
        var outcome: Result<Void, any Error>?
        connection.onReadable = {
            do {
                while case let bytes = connection.receive(limit: 65536), !bytes.isEmpty { framer.append(bytes) }
                while outcome == nil, let message = try framer.next() {
                    if try !receive(try ControlCodec.decodeResponse(message)) { outcome = .success(()) }
                }
            } catch {
                outcome = .failure(error)
            }
            if outcome != nil { loop.stop() }
        }
        connection.onEnd = { end in
            if outcome == nil { outcome = .failure(Unavailable("the daemon ended the conversation: \(end)")) }
            loop.stop()
        }
        try loop.run()
        try outcome?.get()
    }

    /// The one answer to a request; progress goes to `onProgress`.
    func ask(
        _ request: ControlRequest, onProgress: @escaping (ProgressEvent) -> Void = { _ in }
    ) throws -> ControlResponse {
        var answer: ControlResponse?
        try converse(request) { response in
            if case .progress(let event) = response { onProgress(event) }
            answer = response
            return response.isIntermediate
        }
        guard let answer else { throw Unavailable("the daemon did not answer") }
        return answer
    }

    private func unreachable(_ error: SystemError) -> Unavailable {
        let advice =
            switch error.errno {
            case 2, 111: "is the daemon running? `systemctl status bascule`, `journalctl -u bascule`"
            case 13: "only root may ask"
            default: "\(error)"
            }
        return Unavailable("nobody answers at \(path): \(advice)")
    }
}

/// The daemon cannot be asked; ends the program with code 69.
struct Unavailable: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}

struct RunDirectoryOption: ParsableArguments {
    @Option(help: ArgumentHelp("Where the daemons keep their sockets.", visibility: .hidden))
    var runDirectory = "/run/bascule"
}
