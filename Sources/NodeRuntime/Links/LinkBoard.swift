import ClusterModel
import LinuxIO
import NodeCore

/// All heartbeat links of this node: seals what goes out once for all of them, and lets only beats with a right seal, of
/// this cluster and of the other node, come in.
final class LinkBoard {
    private let node: NodeName
    private let envelope: BeatEnvelope
    private let loop: EventLoop
    private let logger: Logger
    private let post: (NodeEvent) -> Void
    private var links: [any HeartbeatLink] = []
    private var complaints: [Complaint: Instant] = [:]
    private var boot: UInt64?

    /// What is said of a link at most once a minute, for a hostile or misconfigured neighbour repeats it with every beat.
    private enum Complaint: Hashable {
        case badlySigned(LinkName)
        case foreign(LinkName)
    }

    private static let complaintPause = Duration.seconds(60)

    init(
        node: NodeName, envelope: BeatEnvelope, on loop: EventLoop, logger: Logger,
        post: @escaping (NodeEvent) -> Void
    ) {
        self.node = node
        self.envelope = envelope
        self.loop = loop
        self.logger = logger
        self.post = post
    }

    /// Adds and opens a link that `make` builds around the handler it is given.
    func add(_ make: (@escaping (LinkEvent) -> Void) -> any HeartbeatLink) {
        let slot = links.count
        let link = make { [weak self] in self?.take($0, from: slot) }
        links.append(link)
        link.open()
    }

    func send(_ beat: Heartbeat) {
        boot = beat.boot
        let sealed = envelope.close(beat)
        for link in links { link.send(sealed) }
    }

    /// Place and counters of a link.
    func facts(of name: LinkName) -> (place: String, counters: LinkCounters)? {
        links.first { $0.name == name }.map { ($0.place, $0.counters) }
    }

    func close() {
        for link in links { link.close() }
        links = []
    }

    private func take(_ event: LinkEvent, from slot: Int) {
        let link = links[slot]
        switch event {
        case .received(let bytes): received(bytes, on: link)
        case .failed(let reason): post(.linkFailed(link.name, reason: reason))
        case .restored: post(.linkRestored(link.name))
        case .carrierChanged(let isUp): post(.carrierChanged(link.name, isUp: isUp))
        }
    }

    private func received(_ bytes: [UInt8], on link: any HeartbeatLink) {
        switch envelope.open(bytes) {
        // A broadcast comes back to its sender. From another boot it is another machine with our name: the brain warns.
        case .beat(let beat) where beat.sender == node && beat.boot == boot: break
        case .beat(let beat): post(.heartbeatReceived(beat, on: link.name))
        case .garbled: link.counters.garbled += 1
        case .badlySigned:
            link.counters.badlySigned += 1
            complain(
                .badlySigned(link.name), "a beat on \(link.name) is signed with another key: compare the key files")
        case .foreign(let cluster):
            link.counters.foreign += 1
            complain(.foreign(link.name), "a beat of cluster \(cluster) came on \(link.name); it is ignored")
        }
    }

    private func complain(_ complaint: Complaint, _ sentence: String) {
        let now = loop.now
        if let last = complaints[complaint], now - last < Self.complaintPause { return }
        complaints[complaint] = now
        logger.warning(sentence)
    }
}
