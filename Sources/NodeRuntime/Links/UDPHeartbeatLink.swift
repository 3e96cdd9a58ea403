import ClusterModel
import Glibc
import LinuxIO
import Netlink

/// Beats in UDP datagrams on one interface: broadcast, unicast or multicast.
///
/// The interface may be missing, be down, or be made anew under the same name: then the socket is made anew, too. The link
/// counts as restored when a beat could be sent.
final class UDPHeartbeatLink: HeartbeatLink {
    let name: LinkName
    var counters = LinkCounters()

    private let definition: UDPLink
    private let interface: String
    private let peer: NodeName
    private let interfaces: InterfaceWatch
    private let loop: EventLoop
    private let handler: (LinkEvent) -> Void
    private var socket: UDPSocket?
    private var destination: UDPDestination?
    private var index: UInt32 = 0
    private var isUp = false
    private var fault: String?
    private var carrier = CarrierWord()
    private var retry: TimerID?
    private var isClosed = false

    private static let retryDelay = Duration.seconds(1)

    init(
        _ name: LinkName, _ definition: UDPLink, interface: String, peer: NodeName, interfaces: InterfaceWatch,
        on loop: EventLoop, _ handler: @escaping (LinkEvent) -> Void
    ) {
        self.name = name
        self.definition = definition
        self.interface = interface
        self.peer = peer
        self.interfaces = interfaces
        self.loop = loop
        self.handler = handler
    }

    deinit { close() }

    var place: String {
        switch definition.mode {
        case .broadcast: "\(interface) broadcast port \(definition.port)"
        case .unicast(let addresses): "\(interface) to \(addresses[peer] ?? "nobody") port \(definition.port)"
        case .multicast(let group, _): "\(interface) multicast \(group) port \(definition.port)"
        }
    }

    func open() {
        interfaces.watch(interface) { [weak self] in self?.interfaceChanged($0) }
        interfaceChanged(interfaces.status(of: interface))
    }

    func close() {
        isClosed = true
        dropSocket()
        if let retry { loop.cancel(retry) }
        retry = nil
    }

    // MARK: The interface

    private func interfaceChanged(_ status: Netlink.LinkStatus?) {
        guard !isClosed else { return }
        isUp = status?.flags.contains(.up) ?? false
        guard let status else {
            dropSocket()
            fail("there is no interface \(interface)")
            return
        }
        if status.index != index { dropSocket() }
        index = status.index
        openSocket()
        guard isUp else {
            fail("\(interface) is down")
            return
        }
        // Only the cable of an interface that is up says something about its other end.
        if carrier.isNews(status.hasCarrier) { handler(.carrierChanged(isUp: status.hasCarrier)) }
    }

    private func openSocket() {
        do {
            let wanted = try UDPDestination(definition, interface: interface, index: index, peer: peer)
            guard socket == nil || wanted != destination else { return }
            dropSocket()
            socket = try makeSocket(wanted)
            destination = wanted
        } catch let trouble as LinkTrouble {
            fail(trouble.sentence)
        } catch {
            fail("\(error)")
            tryAgainLater()
        }
    }

    private func makeSocket(_ wanted: UDPDestination) throws(SystemError) -> UDPSocket {
        let any = SocketAddress(.any(wanted.target.address.family), port: definition.port)
        let socket = try UDPSocket(boundTo: any, device: interface, limit: BeatEnvelope.longest, on: loop)
        if wanted.isBroadcast { try socket.allowBroadcast() }
        if let group = wanted.group { try socket.join(group, interface: index, ttl: wanted.timeToLive) }
        try socket.listen { [weak self] in self?.received($0) }
        return socket
    }

    private func dropSocket() {
        socket?.stopListening()
        socket = nil
    }

    private func tryAgainLater() {
        guard retry == nil else { return }
        retry = loop.schedule(after: Self.retryDelay) { [weak self] in
            guard let self else { return }
            self.retry = nil
            self.interfaceChanged(self.interfaces.status(of: self.interface))
        }
    }

    // MARK: Beats

    func send(_ beat: [UInt8]) {
        guard isUp, let socket, let destination else {
            counters.dropped += 1
            return
        }
        do {
            guard try socket.send(beat, to: destination.target) else {
                counters.dropped += 1
                return
            }
            counters.sent += 1
            restore()
        } catch {
            counters.dropped += 1
            sendFailed(error)
        }
    }

    private func sendFailed(_ error: SystemError) {
        switch error.errno {
        case ENOBUFS, ENOMEM, ECONNREFUSED:
            // A full queue, or a peer that does not listen yet: the line itself is not broken.
            return
        case ENODEV, ENXIO, EADDRNOTAVAIL:
            dropSocket()
            fail("\(error)")
            tryAgainLater()
        default:
            fail("\(error)")
        }
    }

    private func received(_ result: Result<Datagram, SystemError>) {
        switch result {
        case .success(let datagram) where datagram.isTruncated: counters.oversized += 1
        case .success(let datagram): handler(.received(datagram.bytes))
        // What is wrong with the interface comes from the kernel's own notices, and from sending.
        case .failure: break
        }
    }

    private func fail(_ reason: String) {
        guard fault != reason else { return }
        fault = reason
        handler(.failed(reason: reason))
    }

    private func restore() {
        guard fault != nil else { return }
        fault = nil
        handler(.restored)
    }
}
