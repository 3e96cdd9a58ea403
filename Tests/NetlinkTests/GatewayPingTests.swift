import ClusterModel
import Foundation
import LinuxIO
import Testing

@testable import Netlink

@Suite struct GatewayPingTests {
    private func prepare(_ segment: Segment, _ prefix: String) throws {
        func add(_ text: String) throws {
            let route = try RouteSocket()
            let index = try route.link(named: "eth0").index
            let address = try #require(IPAddress(text))
            try route.addAddress(
                AddressSpec(address: address, prefixLength: address.family == .v4 ? 24 : 64, interfaceIndex: index))
        }
        try segment.here.inside { try add(prefix + "1") }
        try segment.there.inside { try add(prefix + "2") }
    }

    @Test(arguments: ["192.0.2.", "2001:db8::"]) func aGatewayAnswersEveryTimeUntilItIsCut(prefix: String) throws {
        let segment = try Segment()
        try prepare(segment, prefix)
        let loop = try EventLoop()
        let gateway = try #require(IPAddress(prefix + "2"))
        var reports: [GatewayPing.Report] = []
        let began = loop.now
        let ping = try segment.here.inside {
            try GatewayPing([gateway], every: .milliseconds(30), device: "eth0", on: loop) { reports.append($0) }
        }
        // A network that just came up may need a moment to find its way.
        #expect(try loop.run(until: { reports.last?.isAnswered == true }, within: .seconds(3)))
        reports = []
        #expect(try loop.run(until: { reports.count >= 5 }, within: .seconds(3)))
        for report in reports {
            #expect(report.target == gateway)
            #expect(report.asked >= began)
            guard case .answered(let time) = report.outcome else {
                Issue.record("missed: \(report)")
                continue
            }
            #expect(time > .zero && time < .milliseconds(30))
        }
        try segment.there.inside { try Segment.ip("link", "set", "eth0", "down") }
        let before = reports.count
        #expect(try loop.run(until: { reports.count >= before + 4 }, within: .seconds(3)))
        for report in reports.suffix(2) {
            guard case .missed = report.outcome else {
                Issue.record("answered over a cut cable: \(report)")
                continue
            }
        }
        ping.close()
        let after = reports.count
        try loop.run(until: { false }, within: .milliseconds(100))
        #expect(reports.count == after)
    }

    @Test func eachOfSeveralTargetsIsReportedByItself() throws {
        let segment = try Segment()
        try prepare(segment, "192.0.2.")
        let loop = try EventLoop()
        let (good, bad) = (try #require(IPAddress("192.0.2.2")), try #require(IPAddress("192.0.2.99")))
        var reports: [GatewayPing.Report] = []
        let ping = try segment.here.inside {
            try GatewayPing([good, bad], every: .milliseconds(30), on: loop) { reports.append($0) }
        }
        #expect(try loop.run(until: { reports.filter { $0.target == bad }.count >= 3 }, within: .seconds(3)))
        for report in reports {
            switch report.outcome {
            case .answered: #expect(report.target == good)
            case .missed: #expect(report.target == bad)
            }
        }
        #expect(reports.contains { $0.target == good })
        ping.close()
    }

    @Test func withoutARouteEachQuestionIsAMissWithItsReason() throws {
        let namespace = try NetworkNamespace()
        let loop = try EventLoop()
        let target = try #require(IPAddress("198.51.100.1"))
        var reports: [GatewayPing.Report] = []
        let ping = try namespace.inside {
            try GatewayPing([target], every: .milliseconds(20), on: loop) { reports.append($0) }
        }
        #expect(try loop.run(until: { reports.count >= 2 }, within: .seconds(3)))
        #expect(reports.allSatisfy { $0.outcome == .missed(reason: "Network is unreachable") })
        ping.close()
    }

    @Test func aGatewayThatIsThereButSilentIsAMiss() throws {
        let segment = try Segment()
        try prepare(segment, "192.0.2.")
        // A machine that answers ARP but no pings, as many routers are set up.
        try segment.there.inside {
            try "1".write(toFile: "/proc/sys/net/ipv4/icmp_echo_ignore_all", atomically: false, encoding: .utf8)
        }
        let loop = try EventLoop()
        let gateway = try #require(IPAddress("192.0.2.2"))
        var reports: [GatewayPing.Report] = []
        let ping = try segment.here.inside {
            try GatewayPing([gateway], every: .milliseconds(30), on: loop) { reports.append($0) }
        }
        #expect(try loop.run(until: { reports.count >= 3 }, within: .seconds(3)))
        #expect(reports.allSatisfy { $0.outcome == .missed(reason: "no answer") })
        ping.close()
    }
}

extension GatewayPing.Report {
    fileprivate var isAnswered: Bool {
        if case .answered = outcome { true } else { false }
    }
}
