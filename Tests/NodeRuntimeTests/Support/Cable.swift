import ClusterModel
import Glibc
import LinuxIO
import Netlink

/// Two machines' networks joined by a cable: `eth0` in each, 192.0.2.1 and 2001:db8::1 `here`, .2 and ::2 `there`.
final class Cable {
    let here: NetworkNamespace
    let there: NetworkNamespace

    init() throws {
        let first = try NetworkNamespace()
        let second = try NetworkNamespace()
        try Self.join(first, second)
        try Self.awaitSignal(first, second)
        here = first
        there = second
    }

    /// Makes the cable anew after `remove`.
    func plugIn() throws {
        try Self.join(here, there)
        try Self.awaitSignal(here, there)
    }

    /// Removes both interfaces.
    func remove() throws {
        try here.inside { try Tool.ip("link", "del", "eth0") }
    }

    private static func join(_ here: borrowing NetworkNamespace, _ there: borrowing NetworkNamespace) throws {
        let path = there.path
        try here.inside {
            try Tool.ip(
                "link", "add", "eth0", "index", "10", "type", "veth", "peer", "name", "eth0", "index", "20", "netns",
                path)
            try configure("1")
        }
        try there.inside { try configure("2") }
    }

    private static func configure(_ host: String) throws {
        try Tool.ip("addr", "add", "192.0.2.\(host)/24", "broadcast", "+", "dev", "eth0")
        try Tool.ip("addr", "add", "2001:db8::\(host)/64", "dev", "eth0", "nodad")
        try Tool.ip("link", "set", "eth0", "up")
    }

    /// The kernel takes up to a second to let frames through after a cable was joined.
    private static func awaitSignal(_ here: borrowing NetworkNamespace, _ there: borrowing NetworkNamespace) throws {
        for _ in 0..<3000 where !(try here.inside(isUsable) && there.inside(isUsable)) { usleep(1000) }
    }

    private static func isUsable() throws -> Bool { try RouteSocket().link(named: "eth0").isUsable }
}
