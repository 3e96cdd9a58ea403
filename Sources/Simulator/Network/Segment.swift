import ClusterModel

/// The LAN: one switch with a port each for both nodes, the gateway and the client.
final class Segment {
    /// Ports of the switch. The nodes' numbers are those of the machines.
    enum Host: Int, CaseIterable {
        case first, second, gateway, client
    }

    /// Whether the host's frames get into the switch, and whether the switch's get to it.
    private var sends = [true, true, true, true]
    private var receives = [true, true, true, true]
    /// A switch that carries nothing between the two nodes although both reach everybody else.
    var separatesNodes = false
    var isGatewayUp = true
    /// Another host that answers for the service addresses.
    var hasStranger = false

    func setPort(_ host: Int, sends: Bool, receives: Bool) {
        self.sends[host] = sends
        self.receives[host] = receives
    }

    func isPlugged(_ host: Int) -> Bool { sends[host] || receives[host] }

    /// Whether a frame of `from` reaches `to`; whether both are switched on is another question.
    func passes(_ from: Int, _ to: Int) -> Bool {
        sends[from] && receives[to] && !(separatesNodes && from < 2 && to < 2)
    }

    /// Whether a question of `from` reaches `to` and the answer comes back.
    func exchanges(_ from: Int, _ to: Int) -> Bool {
        passes(from, to) && passes(to, from)
    }
}
