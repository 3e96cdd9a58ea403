import ClusterModel
import LinuxIO
import Netlink
import NodeCore

/// One series of pings at one interval. Where no socket can be had, every question counts as missed, and another try is made
/// with each.
final class PingRound {
    private let targets: [(name: String, address: IPAddress)]
    private let interval: Duration
    private let loop: EventLoop
    private let logger: Logger
    private let post: (NodeEvent) -> Void
    private var ping: GatewayPing?
    private var retry: TimerID?
    private var complained = false

    init(
        _ names: [String], every interval: Duration, on loop: EventLoop, logger: Logger,
        post: @escaping (NodeEvent) -> Void
    ) {
        targets = names.map { name in
            guard let address = IPAddress(name) else {
                preconditionFailure("the checked definition has a ping node that is no address: \(name)")
            }
            return (name, address)
        }
        self.interval = interval
        self.loop = loop
        self.logger = logger
        self.post = post
        begin()
    }

    deinit { close() }

    func close() {
        ping?.close()
        ping = nil
        if let retry { loop.cancel(retry) }
        retry = nil
    }

    private func begin() {
        do throws(SystemError) {
            ping = try GatewayPing(targets.map(\.address), every: interval, on: loop) { [weak self] in self?.take($0) }
        } catch {
            if !complained { logger.error("the ping nodes cannot be asked: \(error)") }
            complained = true
            retry = loop.schedule(after: interval) { [weak self] in self?.missAndTryAgain() }
        }
    }

    private func missAndTryAgain() {
        for target in targets { post(.pingMissed(target.name)) }
        begin()
    }

    private func take(_ report: GatewayPing.Report) {
        for target in targets where target.address == report.target {
            switch report.outcome {
            case .answered: post(.pingAnswered(target.name))
            case .missed: post(.pingMissed(target.name))
            }
        }
    }
}
