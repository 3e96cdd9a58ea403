import ClusterModel
import LinuxIO
import Netlink
import NodeCore
import Testing

@testable import NodeRuntime

@Suite struct AddressDriverTests {
    private static let resource = AddressResource(address: "192.0.2.10", prefixLength: 24, interface: .both("eth0"))

    @Test func anAddressIsTakenGivenBackAndMissedWhenItVanishes() throws {
        let cable = try Cable()
        let loop = try EventLoop()
        try cable.here.inside {
            var driver: AddressDriver?
            let manager = try AddressManager(node: "serv-a", on: loop) { driver?.take($0) }
            let address = AddressDriver(Self.resource, addresses: manager, logger: Logger(threshold: .error))
            driver = address
            #expect(try outcome(on: loop) { address.start(timeout: .seconds(5), $0) } == .done)
            #expect(try Self.isHere())
            #expect(try outcome(on: loop) { address.start(timeout: .seconds(5), $0) } == .done)
            var failures: [String] = []
            address.beginMonitoring { failures.append($0) }
            try Tool.ip("addr", "del", "192.0.2.10/24", "dev", "eth0")
            try loop.run(until: { !failures.isEmpty }, within: .seconds(2))
            #expect(failures == ["192.0.2.10/24 is gone from its interface"])
            #expect(try outcome(on: loop) { address.stop(timeout: .seconds(5), $0) } == .done)
            #expect(try !Self.isHere())
            #expect(try outcome(on: loop) { address.stop(timeout: .seconds(5), $0) } == .done)
        }
    }

    @Test func anAddressThatSomebodyElseHasIsNotTaken() throws {
        let cable = try Cable()
        try cable.there.inside { try Tool.ip("addr", "add", "192.0.2.10/24", "dev", "eth0") }
        let loop = try EventLoop()
        try cable.here.inside {
            let manager = try AddressManager(node: "serv-a", on: loop) { _ in }
            let address = AddressDriver(Self.resource, addresses: manager, logger: Logger(threshold: .error))
            guard case .failed(let reason) = try outcome(on: loop, { address.start(timeout: .seconds(5), $0) }) else {
                Issue.record("an address was taken twice")
                return
            }
            #expect(reason.contains("192.0.2.10 is already used"))
            #expect(try !Self.isHere())
        }
    }

    private static func isHere() throws -> Bool {
        try RouteSocket().addresses().contains { "\($0.address)" == "192.0.2.10" }
    }

    private func outcome(
        on loop: EventLoop, _ step: (@escaping (StepOutcome) -> Void) -> Void
    ) throws -> StepOutcome? {
        var outcome: StepOutcome?
        step { outcome = $0 }
        try loop.run(until: { outcome != nil }, within: .seconds(5))
        return outcome
    }
}
