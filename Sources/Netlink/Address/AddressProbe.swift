import ClusterModel
import LinuxIO
import WireFormat

/// Asks the segment whether anybody has an address (RFC 5227 probes, RFC 4862 solicitations), several times, and tells what
/// was heard. It is what stands before taking an address, and the third voter of rule R3.
///
/// "Nobody answered" is only said where the cable carried at the beginning and at the end: an unplugged machine hears nobody.
package final class AddressProbe {
    package enum Verdict: Hashable, Sendable {
        case nobodyAnswered
        /// A machine has the address and says so.
        case answered(by: MACAddress)
        /// No machine has it, but another one asks the same question: it wants to take it.
        case alsoWanted(by: MACAddress)
    }

    package typealias Completion = (Result<Verdict, AddressFailure>) -> Void

    /// How often to ask, and how long all of it takes when nobody answers.
    package struct Plan: Hashable, Sendable {
        package var count: Int
        package var duration: Duration

        /// - Parameters:
        ///   - count: 1 or more; an answer is lost sometimes.
        ///   - duration: the questions are spread evenly over it, and the last is given as long for its answer.
        package init(count: Int = 3, duration: Duration = .milliseconds(150)) {
            precondition(count > 0 && duration > .zero, "a probe of \(count) questions in \(duration)")
            self.count = count
            self.duration = duration
        }
    }

    private let loop: EventLoop
    private let route: RouteSocket
    private let socket: AddressSocket
    private let plan: Plan
    private var completion: Completion?
    private var timer: TimerID?
    private var sent = 0
    private var rival: MACAddress?

    /// Begins to ask. The completion is called once, on the loop, never inside this call; not after `cancel`.
    package init(
        for address: IPAddress, interface: String, plan: Plan = Plan(), route: RouteSocket, on loop: EventLoop,
        _ completion: @escaping Completion
    ) throws(AddressFailure) {
        self.loop = loop
        self.route = route
        self.plan = plan
        self.completion = completion
        let (link, own) = try Self.find(interface, route)
        guard link.isUsable else { throw .noCarrier(interface: interface) }
        socket = try AddressSocket(address, on: link, own: own, loop: loop)
        try socket.listen { [weak self] in self?.heard($0) }
        timer = loop.schedule(after: .zero) { [weak self] in self?.ask() }
    }

    private static func find(
        _ interface: String, _ route: RouteSocket
    ) throws(AddressFailure) -> (link: LinkStatus, own: [MACAddress]) {
        do throws(NetlinkError) {
            return (try route.link(named: interface), try route.links().compactMap(\.mac))
        } catch {
            throw .kernel(error)
        }
    }

    deinit { cancel() }

    /// Stops without a verdict.
    package func cancel() {
        completion = nil
        if let timer { loop.cancel(timer) }
        timer = nil
        socket.close()
    }

    private func ask() {
        guard sent < plan.count else {
            return conclude(.success(rival.map { .alsoWanted(by: $0) } ?? .nobodyAnswered))
        }
        sent += 1
        do throws(AddressFailure) {
            try socket.sendProbe()
        } catch {
            return conclude(.failure(error))
        }
        timer = loop.schedule(after: plan.duration / plan.count) { [weak self] in self?.ask() }
    }

    private func heard(_ claim: AddressClaim) {
        switch claim.kind {
        case .has: finish(.success(.answered(by: claim.mac)))
        // Goes on asking: an owner may still answer, which weighs more.
        case .wants: rival = rival ?? claim.mac
        }
    }

    /// A cable that was cut meanwhile explains a silence as well as a failure to send.
    private func conclude(_ result: Result<Verdict, AddressFailure>) {
        do throws(NetlinkError) {
            let isUsable = try route.link(named: socket.link.name).isUsable
            finish(isUsable ? result : .failure(.noCarrier(interface: socket.link.name)))
        } catch {
            finish(.failure(.kernel(error)))
        }
    }

    private func finish(_ result: Result<Verdict, AddressFailure>) {
        let completion = self.completion
        cancel()
        completion?(result)
    }
}
