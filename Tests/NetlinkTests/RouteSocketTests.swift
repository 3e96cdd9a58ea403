import ClusterModel
import Foundation
import LinuxIO
import Testing

@testable import Netlink

/// Against the real kernel, each test in networks of its own.
@Suite struct RouteSocketTests {
    private func spec(_ text: String, _ prefix: UInt8, on link: LinkStatus, label: String? = nil) throws -> AddressSpec
    {
        AddressSpec(
            address: try #require(IPAddress(text)), prefixLength: prefix, interfaceIndex: link.index, label: label)
    }

    @Test func interfacesAreListedWithTheirState() throws {
        let segment = try Segment()
        let route = try segment.here.inside { try RouteSocket() }
        let links = try route.links()
        #expect(links.map(\.name).sorted() == ["eth0", "lo"])
        let link = try route.link(named: "eth0")
        #expect(links.contains(link))
        #expect(link.isUsable)
        #expect(link.operationalState == .up)
        #expect(link.mtu == 1500)
        #expect(link.flags.isSuperset(of: [.up, .broadcast, .lowerUp]))
        #expect(!link.flags.contains(.loopback))
        let mac = try segment.here.inside { try NetworkInterface.hardwareAddress(of: "eth0") }
        #expect(link.mac?.bytes == mac)
    }

    @Test func aCutCableIsSeen() throws {
        let segment = try Segment()
        let route = try segment.here.inside { try RouteSocket() }
        try segment.there.inside { try Segment.ip("link", "set", "eth0", "down") }
        let link = try route.link(named: "eth0")
        #expect(!link.hasCarrier)
        #expect(!link.isUsable)
        #expect(link.flags.contains(.up))
    }

    @Test func aMissingInterfaceIsNamed() throws {
        let route = try NetworkNamespace().inside { try RouteSocket() }
        let error = try #require(throws: NetlinkError.self) { try route.link(named: "eth7") }
        #expect(
            error.description
                == "cannot read the state of interface eth7: this machine has no interface of this name")
        for name in ["", "a-name-that-is-too-long"] {
            #expect(throws: NetlinkError.self) { try route.link(named: name) }
        }
    }

    @Test func anAddressGetsItsLabelAndBroadcast() throws {
        let segment = try Segment()
        let route = try segment.here.inside { try RouteSocket() }
        let link = try route.link(named: "eth0")
        try route.addAddress(try spec("192.0.2.10", 24, on: link, label: "eth0:0"))
        let status = try #require(try route.addresses(labelled: "eth0:0").first)
        #expect(status.address == IPAddress("192.0.2.10"))
        #expect(status.prefixLength == 24)
        #expect(status.interfaceIndex == link.index)
        let broadcast = try segment.here.inside { try NetworkInterface.broadcastAddress(of: "eth0:0") }
        #expect(broadcast == IPAddress("192.0.2.255"))
    }

    @Test(arguments: [("192.0.2.10", UInt8(24)), ("192.0.2.10", 32), ("2001:db8::10", 64), ("2001:db8::10", 128)])
    func addingTwiceAndRemovingTwiceIsNoError(text: String, prefix: UInt8) throws {
        let segment = try Segment()
        let route = try segment.here.inside { try RouteSocket() }
        let wanted = try spec(text, prefix, on: try route.link(named: "eth0"))
        for _ in 0..<2 { try route.addAddress(wanted) }
        let found = try route.addresses(on: wanted.interfaceIndex).filter { $0.address == wanted.address }
        #expect(found.count == 1)
        #expect(found.first?.isTentative == false)
        #expect(found.first?.prefixLength == prefix)
        #expect(try route.deleteAddress(wanted))
        #expect(try !route.deleteAddress(wanted))
        #expect(try !route.addresses().contains { $0.address == wanted.address })
    }

    @Test func removingWhereTheInterfaceIsGoneIsNoError() throws {
        let route = try NetworkNamespace().inside { try RouteSocket() }
        let spec = AddressSpec(address: .loopbackIPv4, prefixLength: 32, interfaceIndex: 4711)
        #expect(try !route.deleteAddress(spec))
    }

    /// The address comes back as usable at once, without the kernel's own second of probing.
    @Test func anIPv6AddressIsUsableAtOnceEvenWhereTheKernelWouldProbe() throws {
        let segment = try Segment()
        let route = try segment.here.inside {
            try "1".write(toFile: "/proc/sys/net/ipv6/conf/eth0/accept_dad", atomically: false, encoding: .utf8)
            return try RouteSocket()
        }
        let wanted = try spec("2001:db8::10", 64, on: try route.link(named: "eth0"))
        try route.addAddress(wanted)
        let found = try #require(try route.addresses().first { $0.address == wanted.address })
        #expect(!found.isTentative)
    }

    /// What the kernel says in words comes through.
    @Test func aRefusalIsExplained() throws {
        let segment = try Segment()
        let route = try segment.here.inside { try RouteSocket() }
        let link = try route.link(named: "eth0")
        let wrong = try spec("2001:db8::10", 200, on: link)
        let error = try #require(throws: NetlinkError.self) { try route.addAddress(wrong) }
        #expect(error.errno == EINVAL)
        #expect(error.description.contains("cannot add the address 2001:db8::10/200 on interface"))
        guard case .refused(_, let message?) = error.cause else {
            Issue.record("no words of the kernel in \(error)")
            return
        }
        #expect(error.description.contains(message))
    }

    @Test func manyAddressesAreListedWhole() throws {
        let segment = try Segment()
        let route = try segment.here.inside { try RouteSocket() }
        let link = try route.link(named: "eth0")
        for host in 1...250 { try route.addAddress(try spec("198.51.100.\(host)", 24, on: link)) }
        #expect(try route.addresses(on: link.index).filter { $0.address.family == .v4 }.count == 250)
    }
}
