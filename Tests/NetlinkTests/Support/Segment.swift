import ClusterModel
import Foundation
import LinuxIO

@testable import Netlink

/// Two machines on one cable: network namespaces joined by a veth pair, `eth0` in each, up and with carrier.
///
/// `ip` is used for what the product never does: making and joining interfaces.
final class Segment {
    let here: NetworkNamespace
    let there: NetworkNamespace

    convenience init() throws {
        try self.init(joining: NetworkNamespace(), NetworkNamespace())
    }

    private init(joining here: consuming NetworkNamespace, _ there: consuming NetworkNamespace) throws {
        let path = there.path
        try here.inside {
            // Different numbers: the kernel then tells of carrier changes at once instead of once a second.
            try Self.ip(
                "link", "add", "eth0", "index", "10", "type", "veth", "peer", "name", "eth0", "index", "20", "netns",
                path)
            try Self.prepare()
        }
        try there.inside { try Self.prepare() }
        self.here = here
        self.there = there
        try self.here.inside { try Self.waitUntilUsable() }
        try self.there.inside { try Self.waitUntilUsable() }
    }

    /// The kernel's own IPv6 start-up chatter is switched off: tests count frames.
    private static func prepare() throws {
        try "0".write(toFile: "/proc/sys/net/ipv6/conf/eth0/accept_dad", atomically: false, encoding: .utf8)
        try ip("link", "set", "eth0", "up")
    }

    /// The kernel takes up to a second to let frames through after the cable was joined.
    private static func waitUntilUsable() throws {
        let route = try RouteSocket()
        for _ in 0..<3000 {
            if try route.link(named: "eth0").isUsable { return }
            usleep(1000)
        }
        throw Failure(description: "the cable does not come up")
    }

    /// Runs iproute2 in the namespace of the calling thread.
    static func ip(_ arguments: String...) throws {
        let loop = try EventLoop()
        var results: [ChildProcess.Result] = []
        let command = ChildProcess.Command("/usr/sbin/ip", arguments, error: .capture, timeout: .seconds(10))
        try ChildProcess.start(command, on: loop) { results.append($0) }
        try loop.run(until: { !results.isEmpty }, within: .seconds(20))
        guard let result = results.first, result.outcome == .exited(0) else {
            let text = results.first.map { String(decoding: $0.error, as: UTF8.self) } ?? "no end"
            throw Failure(description: "ip \(arguments.joined(separator: " ")): \(text)")
        }
    }

    struct Failure: Error, CustomStringConvertible {
        var description: String
    }
}
