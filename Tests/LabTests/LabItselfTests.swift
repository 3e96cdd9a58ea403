import Foundation
import Lab
import Testing

extension OnTheRealKernel {
    /// Before the lab is believed, it has to show that its cables, plugs and disks are what they are called.
    @Suite(.serialized) struct LabItselfTests {
        @Test func anUnpluggedCableTakesTheCarrierAndAPluggedOneGivesItBack() throws {
            let network = try Network(identifier: "t\(getpid())")
            defer { network.remove() }
            #expect(try network.ip(.a, "-o link show eth1").contains("state UP"))
            try network.unplug(.a, "eth1")
            #expect(try network.ip(.a, "-o link show eth1").contains("NO-CARRIER"))
            try network.plugIn(.a, "eth1")
            try Deadline.wait(until: "the carrier", within: 5) {
                try network.ip(.a, "-o link show eth1").contains("state UP")
            }
        }

        @Test func aSilentCutStopsFramesButNotTheCarrier() throws {
            let network = try Network(identifier: "t\(getpid())")
            defer { network.remove() }
            let ping = ["ip", "netns", "exec", network.namespace(.a), "ping", "-c", "1", "-W", "1", "192.0.2.2"]
            try Deadline.wait(until: "the first ping", within: 5) { try Shell.attempt(ping).status == 0 }
            try network.cutSilently(.b, "eth0")
            #expect(try Shell.attempt(ping).status != 0)
            #expect(try network.ip(.b, "-o link show eth0").contains("state UP"))
            try network.mend(.b, "eth0")
            try Deadline.wait(until: "the ping after the cut", within: 5) { try Shell.attempt(ping).status == 0 }
        }

        @Test func pullingThePlugKillsEveryProcessOfANodeAtOnce() throws {
            let pair = try Pair(programs: Programs.ofThisBuild())
            defer { pair.remove() }
            try pair.a.powerOn()
            try pair.a.run("sh", "-c", "setsid sleep 600 >/dev/null 2>&1 &")
            try Deadline.wait(until: "the sleeper", within: 5) {
                try pair.a.processes(matching: "sleep 600").count == 1
            }
            #expect(try pair.a.run("hostname") == "serv-a\n")
            let victims = try pair.a.processes()
            try pair.a.pullPlug()
            try Deadline.wait(until: "all processes to be gone", within: 5) { victims.allSatisfy { kill($0, 0) != 0 } }
        }
    }
}
