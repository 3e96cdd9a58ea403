import ClusterModel
import Control
import LinuxIO
import NodeCore

/// The engines of all volumes of this node.
final class VolumeBoard {
    let clients: [VolumeClient]
    private let loop: EventLoop
    private let post: (NodeEvent) -> Void

    /// - Parameter runDirectory: below it each engine has its socket, `volumes/NAME/control.sock`.
    init(
        _ volumes: [VolumeDefinition], runDirectory: String, on loop: EventLoop, post: @escaping (NodeEvent) -> Void
    ) {
        self.loop = loop
        self.post = post
        clients = volumes.map { volume in
            VolumeClient(
                volume.name, socket: "\(runDirectory)/volumes/\(volume.name)/control.sock", on: loop,
                onReport: { post(.volumeReported(volume.name, $0)) })
        }
    }

    func connect() {
        for client in clients { client.connect() }
    }

    func close() {
        for client in clients { client.close() }
    }

    func client(_ name: VolumeName) -> VolumeClient? {
        clients.first { $0.name == name }
    }

    func order(_ id: OrderID, _ name: VolumeName, _ order: VolumeOrder) {
        guard let client = client(name) else {
            preconditionFailure("the brain speaks of volume \(name), which is not in the definition")
        }
        client.order(order) { [post] in post(.volumeOrderCompleted(id, $0)) }
    }

    /// Has every engine tell its state in full, and goes on when all have answered or the time is over: an engine whose disk
    /// hangs must not hide the rest of the status.
    func refreshDocuments(within limit: Duration, then completion: @escaping () -> Void) {
        let asked = clients.filter(\.isConnected)
        guard !asked.isEmpty else { return completion() }
        var open = asked.count
        var report: (() -> Void)? = completion
        let timer = loop.schedule(after: limit) {
            report?()
            report = nil
        }
        for client in asked {
            client.askStatus { [loop] _ in
                open -= 1
                guard open == 0 else { return }
                loop.cancel(timer)
                report?()
                report = nil
            }
        }
    }
}
