import ClusterModel
import Control
import LinuxIO

/// Stands at the place of a volume's process: takes calls, answers as the test wants.
final class FakeEngine {
    let loop: EventLoop
    var calls: [VolumeEngineRequest] = []
    /// Answers to calls other than `subscribe`; nil leaves a call open.
    var answer: (VolumeEngineRequest) -> VolumeEngineResponse? = { request in
        switch request {
        case .order: .orderEnded(.done)
        case .attach: .attached(device: "/dev/null")
        case .detach: .detached
        case .shutdown: .ending
        case .status, .subscribe: nil
        }
    }
    private var listener: UnixListener?
    private var connections: [UnixConnection] = []
    private var subscriptions: [(connection: UnixConnection, number: UInt32)] = []
    private(set) var report = VolumeReport(copy: .upToDate)

    init(path: String, on loop: EventLoop) throws {
        self.loop = loop
        listener = try UnixListener(path: path, loop: loop) { [unowned self] in accept($0) }
    }

    func tell(_ report: VolumeReport) {
        self.report = report
        for (connection, number) in subscriptions { send(.report(report), number, to: connection) }
    }

    /// The process dies: everything it had open closes.
    func die() {
        listener?.close()
        listener = nil
        for connection in connections { connection.close() }
        connections = []
        subscriptions = []
    }

    func sendRaw(_ bytes: [UInt8]) {
        for connection in connections { connection.send(bytes) }
    }

    private func accept(_ connection: UnixConnection) {
        connections.append(connection)
        var framer = ControlFramer()
        connection.onReadable = { [unowned self, unowned connection] in
            framer.append(connection.receive(limit: 65536))
            while let payload = try? framer.next() {
                guard let call = try? VolumeEngineCodec.decodeCall(payload) else { return }
                take(call, connection)
            }
        }
        connection.onEnd = { [unowned connection] _ in connection.close() }
    }

    private func take(_ call: VolumeEngineCall, _ connection: UnixConnection) {
        calls.append(call.request)
        if call.request == .subscribe {
            subscriptions.append((connection, call.number))
            return send(.report(report), call.number, to: connection)
        }
        if let response = answer(call.request) { send(response, call.number, to: connection) }
    }

    private func send(_ response: VolumeEngineResponse, _ number: UInt32, to connection: UnixConnection) {
        guard let bytes = try? VolumeEngineCodec.encode(VolumeEngineAnswer(number: number, response: response)) else {
            preconditionFailure("the test's answer cannot be written")
        }
        connection.send(ControlFramer.frame(bytes))
    }
}
