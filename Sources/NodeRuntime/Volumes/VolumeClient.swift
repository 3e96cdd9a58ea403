import ClusterModel
import Control
import LinuxIO
import NodeCore

/// The cluster's hold on the replication engine of one volume, which is a process of its own: its reports, and orders to it.
///
/// The engine may not run yet, or end and come back at any time.
final class VolumeClient {
    let name: VolumeName
    private let path: String
    private let loop: EventLoop
    private let onReport: (VolumeReport?) -> Void
    private var connection: EngineConnection?
    private var retry: TimerID?
    private var isClosed = false
    /// What the engine last said of itself, for the status.
    private(set) var document: VolumeStatusDocument?
    private(set) var report: VolumeReport?
    /// Questions that the engine has not answered yet.
    private(set) var openQuestions = 0

    private static let retryDelay = Duration.milliseconds(100)

    /// - Parameter onReport: called when the facts change; nil: the engine is gone.
    init(_ name: VolumeName, socket path: String, on loop: EventLoop, onReport: @escaping (VolumeReport?) -> Void) {
        self.name = name
        self.path = path
        self.loop = loop
        self.onReport = onReport
    }

    deinit { close() }

    var isConnected: Bool { connection != nil }

    func connect() {
        retry = nil
        guard !isClosed, connection == nil else { return }
        do throws(SystemError) {
            connection = try EngineConnection(
                to: path, on: loop, onReport: { [weak self] in self?.take($0) }, onEnd: { [weak self] in self?.ended() }
            )
        } catch {
            // Nobody there: the engine has not started yet, or is being started again.
            tryAgainLater()
        }
    }

    func close() {
        isClosed = true
        if let retry { loop.cancel(retry) }
        retry = nil
        connection?.close()
        connection = nil
    }

    private func take(_ report: VolumeReport) {
        self.report = report
        onReport(report)
    }

    private func ended() {
        connection = nil
        document = nil
        let wasKnown = report != nil
        report = nil
        if wasKnown { onReport(nil) }
        tryAgainLater()
    }

    private func tryAgainLater() {
        guard !isClosed, retry == nil else { return }
        retry = loop.schedule(after: Self.retryDelay) { [weak self] in self?.connect() }
    }

    // MARK: Requests

    /// Carries out an order. A promotion is done when the block device can be used, a demotion begins with taking it away.
    func order(_ order: VolumeOrder, _ completion: @escaping (VolumeOrderResult) -> Void) {
        guard let connection else { return completion(.refused(Self.absent(name))) }
        let procedure = OrderProcedure(order, of: name, over: connection, on: loop, completion)
        procedure.run()
    }

    /// Asks the engine for its state in full; nil where it does not answer.
    func askStatus(_ completion: @escaping (VolumeStatusDocument?) -> Void) {
        guard let connection else { return completion(nil) }
        openQuestions += 1
        connection.call(.status) { [weak self] response in
            self?.openQuestions -= 1
            guard case .status(let document) = response else { return completion(nil) }
            self?.document = document
            completion(document)
        }
    }

    /// Asks the engine to end.
    func askShutdown(_ completion: @escaping (ControlOutcome) -> Void) {
        guard let connection else { return completion(.refused(sentence: Self.absent(name))) }
        connection.call(.shutdown) { [name] response in
            switch response {
            case .ending: completion(.ok(sentence: "the engine of volume \(name) ends"))
            case .failed(let reason): completion(.failed(sentence: reason))
            case .error(let error): completion(.refused(sentence: error.sentence))
            case nil, .orderEnded, .attached, .detached, .status, .report:
                completion(.failed(sentence: "the engine of volume \(name) did not answer"))
            }
        }
    }

    static func absent(_ name: VolumeName) -> String {
        "the engine of volume \(name) (\"bascule volume run \(name)\") is not running"
    }
}
