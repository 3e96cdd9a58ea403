import ClusterModel
import Control
import Foundation
import Lab
import Testing

extension OnTheRealKernel {
    /// Cables pulled one by one and all together: nothing moves while one link is left.
    @Suite(.serialized) struct CableTests {
        static let deadtimes = 1.5

        func expectDead(_ pair: Pair, _ link: LinkName) throws {
            for node in pair.nodes {
                try pair.wait(for: "link \(link) to be reported dead on \(node.name)", on: node) { status in
                    status.links.contains { $0.name == link && $0.state != .up }
                }
            }
        }

        @Test(.timeLimit(.minutes(2))) func theDirectCableAloneIsReportedAndNothingMoves() throws {
            try Scenario.withServingPair { pair in
                let writer = try Scenario.writer(pair)
                try pair.network.unplug(.b, "eth1")
                try expectDead(pair, "direct")
                try Scenario.expectNothingMoves(pair, servedBy: pair.a, for: Self.deadtimes)
                // The replication ran over this cable: the peer's copy was outdated over another link, and writing goes on.
                try Scenario.progress(writer, by: 20)
                try pair.wait(for: "serv-b's copy to be outdated", on: pair.b) { $0.volumes.first?.disk == .outdated }
                try pair.network.plugIn(.b, "eth1")
                try Scenario.awaitLinks(pair, on: pair.a)
                try Scenario.awaitSync(pair)
                try Scenario.audit(writer, pair, sync: pair.a)
            }
        }

        @Test(.timeLimit(.minutes(2))) func theSerialCableAloneIsReportedAndNothingMoves() throws {
            try Scenario.withPair(Scenario.withoutVolume) { pair in
                try Scenario.awaitService(pair, on: pair.a)
                pair.cable.cut()
                try expectDead(pair, "null-modem")
                try Scenario.expectNothingMoves(pair, servedBy: pair.a, for: Self.deadtimes)
                pair.cable.mend()
                try Scenario.awaitLinks(pair, on: pair.a)
                try Scenario.awaitLinks(pair, on: pair.b)
            }
        }

        @Test(.timeLimit(.minutes(2))) func theStandbysLanCableAloneIsReportedAndNothingMoves() throws {
            try Scenario.withPair(Scenario.withoutVolume) { pair in
                try Scenario.awaitService(pair, on: pair.a)
                try pair.network.unplug(.b, "eth0")
                try expectDead(pair, "lan")
                try Scenario.expectNothingMoves(pair, servedBy: pair.a, for: Self.deadtimes)
                try pair.network.plugIn(.b, "eth0")
                try Scenario.awaitLinks(pair, on: pair.b)
            }
        }

        @Test(.timeLimit(.minutes(3))) func serialAloneIsEnoughToOutdateTheStandby() throws {
            try Scenario.withServingPair { pair in
                let writer = try Scenario.writer(pair)
                try pair.network.cutSilently(.b, "eth1")
                try pair.network.cutSilently(.b, "eth0")
                try pair.wait(for: "serv-b's copy to be outdated", on: pair.b) { $0.volumes.first?.disk == .outdated }
                try Scenario.progress(writer, by: 20)
                try Scenario.expectNothingMoves(pair, servedBy: pair.a, for: Self.deadtimes)
                try pair.network.mend(.b, "eth0")
                try pair.network.mend(.b, "eth1")
                try Scenario.awaitSync(pair)
                try Scenario.audit(writer, pair, sync: pair.a)
            }
        }

        @Test(.timeLimit(.minutes(3))) func allCablesOfTheStandbyCutLeaveExactlyOneServingAndConvergeAfterwards() throws
        {
            try Scenario.withServingPair { pair in
                let writer = try Scenario.writer(pair)
                try pair.network.unplug(.b, "eth0")
                try pair.network.unplug(.b, "eth1")
                pair.cable.cut()
                try pair.wait(for: "serv-a to declare serv-b dead", on: pair.a) { status in
                    status.nodes.contains { $0.name == "serv-b" && $0.state == .dead }
                }
                // serv-b cannot reach the ping node: it must not serve. serv-a can, and goes on alone.
                try Scenario.progress(writer, by: 20)
                #expect(!PairStatus.serves(try pair.b.status(), "web"))
                pair.cable.mend()
                try pair.network.plugIn(.b, "eth0")
                try pair.network.plugIn(.b, "eth1")
                try Scenario.awaitSync(pair)
                try Scenario.awaitService(pair, on: pair.a)
                try Scenario.audit(writer, pair, sync: pair.a)
            }
        }

        @Test(.timeLimit(.minutes(3))) func allCablesOfTheOwnerCutMoveTheServiceAndTheOldOwnerStops() throws {
            try Scenario.withServingPair { pair in
                let writer = try Scenario.writer(pair)
                try pair.network.unplug(.a, "eth0")
                try pair.network.unplug(.a, "eth1")
                pair.cable.cut()
                try Scenario.awaitService(pair, on: pair.b, within: 30)
                try pair.wait(for: "serv-a to have stopped the group", on: pair.a, within: 30) {
                    !PairStatus.serves($0, "web")
                }
                try Scenario.progress(writer, by: 20)
                pair.cable.mend()
                try pair.network.plugIn(.a, "eth0")
                try pair.network.plugIn(.a, "eth1")
                try Scenario.awaitSync(pair)
                try Scenario.awaitService(pair, on: pair.a)  // auto_failback
                try Scenario.audit(writer, pair, sync: pair.a)
            }
        }
    }
}
