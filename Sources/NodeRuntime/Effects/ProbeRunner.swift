import ClusterModel
import LinuxIO
import Netlink
import NodeCore

/// Asks the segments whether anybody holds a group's addresses (rule R3's third voter), all of them at the same time.
final class ProbeRunner {
    private let node: NodeName
    private let loop: EventLoop
    private let logger: Logger
    private let post: (NodeEvent) -> Void
    private var probes: [(id: ProbeID, addresses: [AddressResource], probe: GroupProbe)] = []

    init(node: NodeName, on loop: EventLoop, logger: Logger, post: @escaping (NodeEvent) -> Void) {
        self.node = node
        self.loop = loop
        self.logger = logger
        self.post = post
    }

    /// Begins to ask. An older probe of the same addresses is forgotten: the brain asks anew when it no longer waits for it.
    func probe(_ id: ProbeID, _ addresses: [AddressResource], within duration: Duration) {
        probes.removeAll { $0.addresses == addresses }
        let probe = GroupProbe(
            addresses, node: node, duration: max(duration, .milliseconds(20)), on: loop, logger: logger
        ) { [weak self] in self?.finish(id, answeredBy: $0) }
        probes.append((id, addresses, probe))
    }

    func close() {
        probes = []
    }

    private func finish(_ id: ProbeID, answeredBy mac: MACAddress?) {
        probes.removeAll { $0.id == id }
        post(.probeCompleted(id, answeredBy: mac.map(HardwareAddress.init)))
    }
}

extension HardwareAddress {
    init(_ mac: MACAddress) {
        self.init(bits: mac.bytes.reduce(0) { $0 << 8 | UInt64($1) })
    }
}
