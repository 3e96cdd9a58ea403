import ClusterModel
import Control
import LinuxIO

/// A subcommand's side of the control socket.
final class Caller {
    private let loop: EventLoop
    private let connection: UnixConnection
    private var framer = ControlFramer()
    private(set) var responses: [ControlResponse] = []
    private(set) var isClosed = false

    init(path: String, on loop: EventLoop) throws {
        self.loop = loop
        connection = try UnixConnection.connect(to: path, on: loop)
        connection.onReadable = { [unowned self] in
            framer.append(connection.receive(limit: 1 << 16))
            while let payload = try? framer.next() {
                if let response = try? ControlCodec.decodeResponse(payload) { responses.append(response) }
            }
        }
        connection.onEnd = { [unowned self] _ in isClosed = true }
    }

    func send(_ request: ControlRequest) throws {
        connection.send(ControlFramer.frame(try ControlCodec.encode(request)))
    }

    func sendRaw(_ bytes: [UInt8]) {
        connection.send(bytes)
    }

    /// Sends a request and returns the answers up to the last one.
    func ask(_ request: ControlRequest, within limit: Duration = .seconds(3)) throws -> [ControlResponse] {
        responses = []
        try send(request)
        try loop.run(until: { responses.contains { !$0.isIntermediate } || isClosed }, within: limit)
        return responses
    }

    func hangUp() {
        connection.close()
    }
}
