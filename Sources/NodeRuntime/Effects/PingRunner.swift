import ClusterModel
import LinuxIO
import NodeCore

/// Pings the definition's ping nodes as long as the brain wants it.
final class PingRunner {
    private let names: [String]
    private let loop: EventLoop
    private let logger: Logger
    private let post: (NodeEvent) -> Void
    private var ping: PingRound?
    /// When a ping node last answered.
    private(set) var answered: [String: Instant] = [:]

    init(_ names: [String], on loop: EventLoop, logger: Logger, post: @escaping (NodeEvent) -> Void) {
        self.names = names
        self.loop = loop
        self.logger = logger
        self.post = post
    }

    /// Begins, or goes on with another interval; nil stops.
    func run(every interval: Duration?) {
        ping?.close()
        ping = interval.map { interval in
            PingRound(names, every: interval, on: loop, logger: logger) { [weak self] in self?.take($0) }
        }
    }

    private func take(_ event: NodeEvent) {
        if case .pingAnswered(let name) = event { answered[name] = loop.now }
        post(event)
    }
}
