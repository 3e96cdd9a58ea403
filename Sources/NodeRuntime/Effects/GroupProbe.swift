import ClusterModel
import LinuxIO
import Netlink

/// One probe: ends with the first answer, or when every address was asked about and nobody answered.
///
/// An address that cannot be asked about (no interface, no carrier) is asked about again until it can: that nobody could
/// answer is no silence, and must not be taken for one.
final class GroupProbe {
    private let node: NodeName
    private let duration: Duration
    private let loop: EventLoop
    private let logger: Logger
    private var completion: ((MACAddress?) -> Void)?
    private var route: RouteSocket?
    private var questions: [Int: AddressProbe] = [:]
    private var retries: [TimerID] = []
    private var open: Int
    private var complained: [String] = []

    private static let retryDelay = Duration.milliseconds(200)

    /// - Parameter completion: called once, on the loop, never inside this call; not after the probe was dropped.
    init(
        _ addresses: [AddressResource], node: NodeName, duration: Duration, on loop: EventLoop, logger: Logger,
        _ completion: @escaping (MACAddress?) -> Void
    ) {
        self.node = node
        self.duration = duration
        self.loop = loop
        self.logger = logger
        self.completion = completion
        open = addresses.count
        for (index, address) in addresses.enumerated() { ask(index, address) }
        if addresses.isEmpty { retries.append(loop.schedule(after: .zero) { [weak self] in self?.end(nil) }) }
    }

    deinit { stop() }

    private func ask(_ index: Int, _ resource: AddressResource) {
        guard let address = IPAddress(resource.address), let interface = resource.interface[node] else {
            preconditionFailure("the checked definition has an address without use: \(resource.address)")
        }
        do throws(AddressFailure) {
            questions[index] = try AddressProbe(
                for: address, interface: interface, plan: .init(count: 4, duration: duration), route: try openRoute(),
                on: loop
            ) { [weak self] in self?.take($0, index, resource) }
        } catch {
            askAgain(index, resource, because: error)
        }
    }

    private func openRoute() throws(AddressFailure) -> RouteSocket {
        if let route { return route }
        do throws(NetlinkError) {
            let opened = try RouteSocket()
            route = opened
            return opened
        } catch {
            throw .kernel(error)
        }
    }

    private func take(
        _ verdict: Result<AddressProbe.Verdict, AddressFailure>, _ index: Int, _ resource: AddressResource
    ) {
        questions[index] = nil
        switch verdict {
        case .success(.nobodyAnswered):
            open -= 1
            if open == 0 { end(nil) }
        case .success(.answered(let mac)), .success(.alsoWanted(let mac)): end(mac)
        case .failure(let failure): askAgain(index, resource, because: failure)
        }
    }

    private func askAgain(_ index: Int, _ resource: AddressResource, because failure: AddressFailure) {
        let sentence = "cannot ask who holds \(resource.address): \(failure)"
        if !complained.contains(sentence) { logger.warning(sentence) }
        complained.append(sentence)
        complained.removeFirst(max(0, complained.count - 8))
        retries.append(loop.schedule(after: Self.retryDelay) { [weak self] in self?.ask(index, resource) })
        retries.removeFirst(max(0, retries.count - 64))
    }

    private func end(_ mac: MACAddress?) {
        let report = completion
        stop()
        report?(mac)
    }

    private func stop() {
        completion = nil
        for question in questions.values { question.cancel() }
        questions = [:]
        for timer in retries { loop.cancel(timer) }
        retries = []
    }
}
