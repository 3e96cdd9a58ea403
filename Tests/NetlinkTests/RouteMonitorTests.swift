import ClusterModel
import LinuxIO
import Testing

@testable import Netlink

@Suite struct RouteMonitorTests {
    @Test func aCutAndHealedCableIsToldAtOnce() throws {
        let segment = try Segment()
        let loop = try EventLoop()
        var carriers: [Bool] = []
        let monitor = try segment.here.inside {
            try RouteMonitor(on: loop) { event in
                if case .linkChanged(let link) = event, link.name == "eth0", carriers.last != link.hasCarrier {
                    carriers.append(link.hasCarrier)
                }
            }
        }
        try segment.there.inside { try Segment.ip("link", "set", "eth0", "down") }
        #expect(try loop.run(until: { carriers.last == false }, within: .seconds(3)))
        try segment.there.inside { try Segment.ip("link", "set", "eth0", "up") }
        #expect(try loop.run(until: { carriers.last == true }, within: .seconds(3)))
        monitor.close()
    }

    @Test func addressesThatComeAndGoAreTold() throws {
        let segment = try Segment()
        let loop = try EventLoop()
        var events: [RouteMonitor.Event] = []
        let (route, monitor) = try segment.here.inside {
            (try RouteSocket(), try RouteMonitor(on: loop) { events.append($0) })
        }
        let link = try route.link(named: "eth0")
        let address = try #require(IPAddress("192.0.2.10"))
        let spec = AddressSpec(address: address, prefixLength: 24, interfaceIndex: link.index, label: "eth0:0")
        let status = AddressStatus(address: address, prefixLength: 24, interfaceIndex: link.index, label: "eth0:0")
        try route.addAddress(spec)
        #expect(try loop.run(until: { events.contains(.addressAdded(status)) }, within: .seconds(3)))
        try route.deleteAddress(spec)
        #expect(try loop.run(until: { events.contains(.addressRemoved(status)) }, within: .seconds(3)))
        monitor.close()
    }

    @Test func anInterfaceThatIsRemovedIsTold() throws {
        let segment = try Segment()
        let loop = try EventLoop()
        var removed: [String] = []
        let monitor = try segment.here.inside {
            try RouteMonitor(on: loop) { event in
                if case .linkRemoved(let link) = event { removed.append(link.name) }
            }
        }
        try segment.here.inside { try Segment.ip("link", "del", "eth0") }
        #expect(try loop.run(until: { removed == ["eth0"] }, within: .seconds(3)))
        monitor.close()
    }

    @Test func aFloodEndsInOneWordInsteadOfLosses() throws {
        let segment = try Segment()
        let loop = try EventLoop()
        var overflows = 0
        let (route, monitor) = try segment.here.inside {
            (try RouteSocket(), try RouteMonitor(on: loop) { if $0 == .overflowed { overflows += 1 } })
        }
        let link = try route.link(named: "eth0")
        let address = try #require(IPAddress("192.0.2.10"))
        let spec = AddressSpec(address: address, prefixLength: 24, interfaceIndex: link.index)
        for _ in 0..<2000 {
            try route.addAddress(spec)
            try route.deleteAddress(spec)
        }
        #expect(try loop.run(until: { overflows > 0 }, within: .seconds(3)))
        monitor.close()
    }
}
