import CLinux
import ClusterModel
import Control
import Glibc
import LinuxIO
import Netlink
import NodeCore
import Testing

@testable import NodeRuntime

/// Two whole nodes, each in its own network, with a group of an address and a script.
private final class Pair {
    let scratch: ScratchFolder
    let cable: Cable
    let definition: ClusterDefinition
    var a: Machine?
    var b: Machine?

    init() throws {
        scratch = try ScratchFolder()
        cable = try Cable()
        let script = try scratch.write(
            "service",
            """
            #!/bin/sh
            # One folder a node: the address tells which one this is.
            me=\(scratch.path)/$(ip -4 -o addr show dev eth0 | grep -q "192.0.2.1/24" && echo a || echo b)
            case $1 in
            start) touch $me.up ;;
            stop) rm -f $me.up ;;
            status) [ -e $me.up ] || exit 3 ;;
            esac
            """, mode: 0o700)
        let service = GroupDefinition(
            name: "web", preferred: "serv-a",
            resources: [
                ResourceDefinition(
                    kind: .address(AddressResource(address: "192.0.2.10", prefixLength: 24, interface: .both("eth0")))),
                ResourceDefinition(
                    kind: .script(ScriptResource(path: script, monitorInterval: .milliseconds(200)))),
            ])
        definition = Sample.definition(
            links: [LinkDefinition(name: "lan", kind: .udp(UDPLink(interface: .both("eth0"))))], groups: [service])
    }

    deinit {
        // Also where an expectation fails half way.
        try? a?.kill()
        try? b?.kill()
    }

    func startA() throws { a = try start("serv-a", cable.here.path) }
    func startB() throws { b = try start("serv-b", cable.there.path) }

    private func start(_ node: NodeName, _ network: String) throws -> Machine {
        try Machine(definition, node: node, in: scratch.path(node.text)) {
            // For good: the thread ends with its node.
            let file = try FileDescriptor.open(network, O_RDONLY)
            try SystemCall.run("enter the test's network") { clinux_setns(file.raw, clinux_CLONE_NEWNET) }
        }
    }

    func hasAddress(_ network: borrowing NetworkNamespace) throws -> Bool {
        try network.inside {
            try RouteSocket().addresses().contains { "\($0.address)" == "192.0.2.10" }
        }
    }

    func isServed(by name: NodeName, _ document: NodeStatusDocument) -> Bool {
        document.groups[0].servedBy == name && document.groups[0].state == .serving
    }
}

@Suite(.serialized) struct WholeNodeTests {
    @Test func aNodeAloneTakesItsGroupAfterInitdeadAndGivesItBackAtTheEnd() throws {
        let pair = try Pair()
        try pair.startA()
        let a = try #require(pair.a)
        let serves = a.wait { $0.groups[0].state == .serving }
        #expect(serves, "\(a.status?.groups.first?.reason ?? a.error ?? "no status")")
        #expect(try pair.hasAddress(pair.cable.here))
        #expect(pair.scratch.has("a.up"))
        let document = try #require(a.status)
        #expect(document.node == "serv-a")
        #expect(document.links.map(\.name) == ["lan"])
        #expect(document.epoch > 0)
        #expect(
            try a.ask(.shutdown) == .outcome(.ok(sentence: "serv-a has released everything and ends")))
        #expect(a.awaitEnd())
        #expect(a.error == nil)
        #expect(try !pair.hasAddress(pair.cable.here))
        #expect(!pair.scratch.has("a.up"))
        let stored = try StateFile(path: pair.scratch.path("serv-a/state/state")).read()
        #expect(stored.groups.map(\.phase) == [.stopped])
    }

    @Test func aGroupMovesOnRequestAndReturnsWhenItsServerIsCutOff() throws {
        let pair = try Pair()
        try pair.startA()
        try pair.startB()
        let (a, b) = (try #require(pair.a), try #require(pair.b))
        #expect(a.wait { pair.isServed(by: "serv-a", $0) && $0.nodes[1].state == .up })
        #expect(b.wait { $0.groups[0].state == .standby })
        #expect(try !pair.hasAddress(pair.cable.there))

        guard case .outcome(.ok) = try a.ask(.standby(groups: .all)) else {
            Issue.record("standby failed: \(a.status?.groups.first?.reason ?? "")")
            return
        }
        #expect(b.wait { $0.groups[0].state == .serving })
        #expect(try !pair.hasAddress(pair.cable.here) && pair.hasAddress(pair.cable.there))
        #expect(!pair.scratch.has("a.up") && pair.scratch.has("b.up"))

        // serv-b goes without a word, and its network with it.
        try b.kill()
        try pair.cable.there.inside { try Tool.ip("addr", "flush", "dev", "eth0") }
        #expect(a.wait { pair.isServed(by: "serv-a", $0) && $0.nodes[1].state == .dead })
        #expect(try pair.hasAddress(pair.cable.here))
    }

    @Test func aProcessThatDiesAloneFindsItsGroupStillRunningAndGoesOn() throws {
        let pair = try Pair()
        try pair.startA()
        let first = try #require(pair.a)
        #expect(first.wait { $0.groups[0].state == .serving })
        try first.kill()
        #expect(try pair.hasAddress(pair.cable.here), "what served goes on serving")
        try pair.startA()
        let second = try #require(pair.a)
        // At once, without waiting for initdead: the records say so.
        #expect(second.wait(within: 5) { $0.groups[0].state == .serving })
        #expect(try pair.hasAddress(pair.cable.here))
        #expect(second.error == nil)
    }

    @Test func addressesThatAnEarlierBootLeftAreRemovedAtTheStart() throws {
        let pair = try Pair()
        try pair.cable.here.inside { try Tool.ip("addr", "add", "192.0.2.10/24", "dev", "eth0") }
        try pair.startA()
        let a = try #require(pair.a)
        #expect(a.wait { $0.node == "serv-a" })
        #expect(a.status?.groups[0].state != .serving)
        #expect(try !pair.hasAddress(pair.cable.here))
    }
}
