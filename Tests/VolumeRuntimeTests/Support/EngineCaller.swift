import ClusterModel
import Control
import LinuxIO
import Testing

@testable import VolumeRuntime

/// A client of a volume's control socket.
final class EngineCaller {
    private let connection: UnixConnection
    private let loop: EventLoop
    private var framer = ControlFramer()
    private var lastNumber: UInt32 = 0
    private(set) var answers: [VolumeEngineAnswer] = []
    private(set) var hasEnded = false

    init(_ path: String, loop: EventLoop) throws {
        self.loop = loop
        connection = try UnixConnection.connect(to: path, on: loop)
        connection.onReadable = { [weak self] in self?.read() }
        connection.onEnd = { [weak self] _ in self?.hasEnded = true }
    }

    func sendRaw(_ bytes: [UInt8]) { connection.send(bytes) }

    @discardableResult
    func send(_ request: VolumeEngineRequest) throws -> UInt32 {
        lastNumber += 1
        let call = VolumeEngineCall(number: lastNumber, request: request)
        connection.send(ControlFramer.frame(try VolumeEngineCodec.encode(call)))
        return lastNumber
    }

    /// Sends a request and waits for its answer.
    func call(_ request: VolumeEngineRequest, within limit: Duration = .seconds(15)) throws -> VolumeEngineResponse {
        let number = try send(request)
        try loop.run(until: { answers.contains { $0.number == number } || hasEnded }, within: limit)
        let answer = answers.first { $0.number == number }
        return try #require(answer, "no answer to \(request)").response
    }

    private func read() {
        framer.append(connection.receive(limit: 65536))
        do {
            while let payload = try framer.next() { answers.append(try VolumeEngineCodec.decodeAnswer(payload)) }
        } catch {
            Issue.record("an answer cannot be read: \(error)")
        }
    }
}
