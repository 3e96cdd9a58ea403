import ClusterModel
import Glibc

@testable import LinuxIO

/// Two machines' networks with a cable between them: `left` has 192.0.2.1 and 2001:db8::1 on its interface `cable`,
/// `right` has 192.0.2.2 and 2001:db8::2 on its own.
final class TwoNetworks {
    let left: NetworkNamespace
    let right: NetworkNamespace

    init() throws {
        let first = try NetworkNamespace()
        let second = try NetworkNamespace()
        let path = second.path
        try first.inside {
            try Tool.run("/sbin/ip", "link", "add", "cable", "type", "veth", "peer", "name", "far")
            try Tool.run("/sbin/ip", "link", "set", "far", "netns", path, "name", "cable")
            try Self.configure("1")
        }
        try second.inside { try Self.configure("2") }
        // What is sent before both ends have noticed the cable is lost.
        for _ in 0..<200 where !(try first.inside(Self.isConnected) && second.inside(Self.isConnected)) { usleep(5000) }
        left = first
        right = second
    }

    private static func isConnected() throws -> Bool { try NetworkInterface.isOperational("cable") }

    private static func configure(_ host: String) throws {
        try Tool.run("/sbin/ip", "addr", "add", "192.0.2.\(host)/24", "broadcast", "+", "dev", "cable")
        try Tool.run("/sbin/ip", "addr", "add", "2001:db8::\(host)/64", "dev", "cable", "nodad")
        try Tool.run("/sbin/ip", "link", "set", "cable", "up")
    }
}
