import ClusterModel

extension World {
    /// Whether the kernels of two hosts of the LAN can talk to each other.
    func reaches(_ from: Segment.Host, _ to: Segment.Host) -> Bool {
        isUp(from) && isUp(to) && segment.exchanges(from.rawValue, to.rawValue)
    }

    private func isUp(_ host: Segment.Host) -> Bool {
        switch host {
        case .first: machines[0].isKernelUp
        case .second: machines[1].isKernelUp
        case .gateway: segment.isGatewayUp
        case .client: true
        }
    }

    func cable(_ link: LinkName) -> HeartbeatCable? {
        cables.first { $0.name == link }
    }

    /// Whether the replication connections' packets pass in both directions.
    var isReplicationPathUp: Bool {
        guard machines[0].isKernelUp, machines[1].isKernelUp, !isReplicationBlocked else { return false }
        guard let cable = cable(settings.topology.replicationLink) else { return false }
        return cable.passes(from: 0) && cable.passes(from: 1)
    }

    /// Something about cables or power has changed: carriers and connections follow.
    func networkChanged() {
        for machine in machines { machine.cluster.lookAtCarriers() }
        for path in replication { path.pathChanged() }
    }
}
