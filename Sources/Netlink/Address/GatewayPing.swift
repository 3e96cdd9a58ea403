import ClusterModel
import LinuxIO

/// Pings the ping nodes (gateways) again and again and reports each question's fate, with the time it took: rules R3 and R4
/// ask whether a ping node answered *throughout* a silence, so misses are reported as surely as answers.
package final class GatewayPing {
    package enum Outcome: Hashable, Sendable {
        case answered(roundTrip: Duration)
        /// No answer within the time-out, or the question could not even be sent.
        case missed(reason: String)
    }

    package struct Report: Hashable, Sendable {
        package var target: IPAddress
        /// When the question was asked.
        package var asked: Instant
        package var outcome: Outcome

        package init(target: IPAddress, asked: Instant, outcome: Outcome) {
            self.target = target
            self.asked = asked
            self.outcome = outcome
        }
    }

    private struct Question {
        var target: IPAddress
        var sequence: UInt16
        /// Unforgeable by a machine that does not see our questions.
        var token: [UInt8]
        var asked: Instant
        var timer: TimerID
    }

    private let targets: [IPAddress]
    private let timeout: Duration
    /// For link-local targets.
    private let scope: UInt32
    private let loop: EventLoop
    private let onReport: (Report) -> Void
    private var sockets: [IPAddress.Family: ICMPSocket] = [:]
    private var beat: TimerID?
    private var questions: [Question] = []
    private var sequence: UInt16 = 0

    /// Begins to ask, at once and then at every interval.
    ///
    /// - Parameters:
    ///   - timeout: an answer that comes later counts as none; nil means the interval.
    ///   - device: the interface to ask through; nil leaves it to the routes. Link-local IPv6 targets need it.
    ///   - onReport: called on the loop, once for each question.
    package init(
        _ targets: [IPAddress], every interval: Duration, timeout: Duration? = nil, device: String? = nil,
        on loop: EventLoop, onReport: @escaping (Report) -> Void
    ) throws(SystemError) {
        self.targets = targets
        self.timeout = timeout ?? interval
        self.loop = loop
        self.onReport = onReport
        scope = if let device { try NetworkInterface.index(of: device) } else { 0 }
        let identifier = UInt16.random(in: 0 ... .max)
        for family in [IPAddress.Family.v4, .v6] where targets.contains(where: { $0.family == family }) {
            let socket = try ICMPSocket(family, identifier: identifier, device: device, on: loop)
            try socket.listen { [weak self] in self?.received($0) }
            sockets[family] = socket
        }
        beat = loop.schedule(every: interval) { [weak self] in self?.askAll() }
        loop.perform { [weak self] in self?.askAll() }
    }

    deinit { close() }

    /// Ends the asking; open questions are not reported any more.
    package func close() {
        if let beat { loop.cancel(beat) }
        beat = nil
        for question in questions { loop.cancel(question.timer) }
        questions = []
        for family in [IPAddress.Family.v4, .v6] { sockets[family]?.stopListening() }
    }

    private func askAll() {
        guard beat != nil else { return }
        for target in targets { ask(target) }
    }

    private func ask(_ target: IPAddress) {
        guard let socket = sockets[target.family] else { preconditionFailure("no socket for \(target)") }
        sequence &+= 1
        let sequence = self.sequence
        let token = (0..<8).map { _ in UInt8.random(in: 0...255) }
        let asked = loop.now
        do throws(SystemError) {
            guard
                try socket.sendRequest(
                    to: target, scope: target.isLinkLocal ? scope : 0, sequence: sequence, payload: token)
            else { return report(target, asked, .missed(reason: "the send queue is full")) }
        } catch {
            return report(target, asked, .missed(reason: error.reason))
        }
        let timer = loop.schedule(at: asked + timeout) { [weak self] in self?.expire(sequence) }
        questions.append(Question(target: target, sequence: sequence, token: token, asked: asked, timer: timer))
    }

    private func received(_ result: Result<ICMPSocket.Reply, SystemError>) {
        // An error of the socket (a route went away) belongs to no question; the time-outs tell what came of them.
        guard case .success(let reply) = result,
            let index = questions.firstIndex(where: { $0.sequence == reply.sequence && $0.target == reply.source }),
            questions[index].token == reply.payload
        else { return }
        let question = questions.remove(at: index)
        loop.cancel(question.timer)
        report(question.target, question.asked, .answered(roundTrip: loop.now - question.asked))
    }

    private func expire(_ sequence: UInt16) {
        guard let index = questions.firstIndex(where: { $0.sequence == sequence }) else { return }
        let question = questions.remove(at: index)
        report(question.target, question.asked, .missed(reason: "no answer"))
    }

    private func report(_ target: IPAddress, _ asked: Instant, _ outcome: Outcome) {
        onReport(Report(target: target, asked: asked, outcome: outcome))
    }
}
