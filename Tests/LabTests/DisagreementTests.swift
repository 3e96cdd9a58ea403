import ClusterModel
import Control
import Foundation
import Lab
import Testing

extension OnTheRealKernel {
    /// Nodes that disagree, strangers on the wire, and people's mistakes.
    @Suite(.serialized) struct DisagreementTests {
        @Test(.timeLimit(.minutes(2))) func differentConfigurationsAreNamedAndBothKeepWhatTheyHave() throws {
            try Scenario.withPair(Scenario.withoutVolume) { pair in
                try Scenario.awaitService(pair, on: pair.a)
                try pair.b.powerOff()
                let path = "\(pair.b.folder)/etc/cluster.toml"
                let text = try String(contentsOfFile: path, encoding: .utf8)
                try text.replacingOccurrences(of: "auto_failback = \"on\"", with: "auto_failback = \"off\"")
                    .write(toFile: path, atomically: true, encoding: .utf8)
                try pair.b.powerOn()
                for node in pair.nodes {
                    try pair.wait(for: "the difference to be named on \(node.name)", on: node) { status in
                        status.nodes.contains { $0.hasSameConfiguration == false }
                    }
                }
                try Scenario.expectNothingMoves(pair, servedBy: pair.a, for: 1)
                #expect(try pair.a.attempt(["bascule", "standby"]).status == 1)
            }
        }

        @Test(.timeLimit(.minutes(2))) func aNodeWithAnotherKeyIsNoPeerAndIsCounted() throws {
            try Scenario.withPair(Scenario.withoutVolume) { pair in
                try Scenario.awaitService(pair, on: pair.a)
                try pair.b.powerOff()
                let key = "\(pair.b.folder)/etc/cluster.key"
                try String(repeating: "5a", count: 32).appending("\n").write(
                    toFile: key, atomically: false, encoding: .utf8)
                try pair.b.powerOn()
                try pair.wait(for: "badly signed beats to be counted", on: pair.a) { status in
                    status.links.allSatisfy { $0.badlySigned > 0 }
                }
                try Scenario.expectNothingMoves(pair, servedBy: pair.a, for: 1)
            }
        }

        @Test(.timeLimit(.minutes(2))) func anAddressThatAStrangerHoldsIsNotTaken() throws {
            try Scenario.withPair(Scenario.withoutVolume) { pair in
                try Scenario.awaitService(pair, on: pair.a)
                try pair.network.addStranger(Pair.serviceAddress)
                try pair.a.pullPlug()
                try pair.wait(for: "serv-b to name the stranger", on: pair.b) { status in
                    status.groups.contains {
                        !PairStatus.serves(status, $0.name) && $0.reason.contains("holds its address")
                    }
                }
                try pair.network.removeStranger(Pair.serviceAddress)
                try Scenario.awaitService(pair, on: pair.b)
            }
        }

        @Test(.timeLimit(.minutes(2))) func noiseOnEveryPortAndOnTheSerialLineChangesNothing() throws {
            try Scenario.withServingPair { pair in
                let writer = try Scenario.writer(pair)
                let noise = """
                    import os, random, socket, time
                    rng = random.Random(1)
                    udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
                    udp.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
                    end = time.time() + 5
                    while time.time() < end:
                        for _ in range(20):
                            udp.sendto(rng.randbytes(rng.randrange(0, 1400)), ("192.0.2.255", 694))
                        tcp = socket.socket()
                        tcp.settimeout(0.2)
                        try:
                            tcp.connect(("198.51.100.1", 7788))
                            tcp.sendall(rng.randbytes(rng.randrange(0, 4096)))
                        except OSError:
                            pass
                        tcp.close()
                        time.sleep(0.01)
                    """
                let result = try pair.b.attempt(["python3", "-c", noise])
                #expect(result.status == 0, "\(result.errors)")
                try Scenario.progress(writer, by: 20)
                try Scenario.expectNothingMoves(pair, servedBy: pair.a, for: 0.5)
                let garbled = try pair.a.status().links.first { $0.name == "lan" }?.garbled ?? 0
                #expect(garbled > 100)
                try Scenario.audit(writer, pair, sync: pair.a)
            }
        }

        @Test(.timeLimit(.minutes(2))) func lossOfTheGatewayAloneMovesNothing() throws {
            try Scenario.withPair(Scenario.withoutVolume) { pair in
                try Scenario.awaitService(pair, on: pair.a)
                try pair.network.removeGateway()
                try pair.wait(for: "the ping node's silence to be shown", on: pair.a) { status in
                    status.pingNodes.contains { !$0.isAnswering }
                }
                try Scenario.expectNothingMoves(pair, servedBy: pair.a, for: 1.5)
            }
        }
    }
}
