import ClusterModel
import Control
import LinuxIO

/// The control socket of one volume's process: calls in, answers out, and the report to subscribers at every change.
final class VolumeControlServer {
    /// What the process does with a call.
    struct Desk {
        var order: (VolumeOrder, @escaping (VolumeOrderResult) -> Void) -> Void
        var attach: (@escaping (VolumeEngineResponse) -> Void) -> Void
        var detach: (@escaping (VolumeEngineResponse) -> Void) -> Void
        var status: () -> VolumeStatusDocument
        var report: () -> VolumeReport
        var shutdown: () -> Void
    }

    private static let clientLimit = 32

    private let desk: Desk
    private var listener: UnixListener?
    private var clients: [Int: VolumeControlClient] = [:]
    private var lastClient = 0

    init(path: String, loop: EventLoop, desk: Desk) throws(SystemError) {
        self.desk = desk
        listener = try UnixListener(path: path, loop: loop) { [weak self] in self?.accept($0) }
    }

    /// Tells every subscriber what is now.
    func publish() {
        let report = desk.report()
        for number in clients.keys.sorted() { clients[number]?.publish(report) }
    }

    /// Says goodbye to everybody and closes the socket.
    func close() {
        listener?.close()
        listener = nil
        for number in clients.keys.sorted() { clients[number]?.sayEnding() }
        clients = [:]
    }

    private func accept(_ connection: UnixConnection) {
        guard clients.count < Self.clientLimit else { return connection.close() }
        lastClient += 1
        let number = lastClient
        clients[number] = VolumeControlClient(
            connection, take: { [weak self] in self?.take($0, of: number) },
            gone: { [weak self] in self?.clients[number] = nil })
    }

    private func take(_ call: VolumeEngineCall, of number: Int) {
        let answer: (VolumeEngineResponse) -> Void = { [weak self] in
            self?.clients[number]?.answer(VolumeEngineAnswer(number: call.number, response: $0))
        }
        switch call.request {
        case .order(let order): desk.order(order) { answer(.orderEnded($0)) }
        case .attach: desk.attach(answer)
        case .detach: desk.detach(answer)
        case .status: answer(.status(desk.status()))
        case .subscribe: clients[number]?.subscribe(call.number, desk.report())
        case .shutdown: desk.shutdown()
        }
    }
}
