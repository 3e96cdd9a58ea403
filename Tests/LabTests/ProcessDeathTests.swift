import ClusterModel
import Control
import Foundation
import Lab
import Testing

extension OnTheRealKernel {
    /// kill -9 of every process on every node: the supervisor brings it back, no acknowledged write is lost, the file
    /// system stays mounted where it was.
    @Suite(.serialized) struct ProcessDeathTests {
        struct Victim: CustomTestStringConvertible, Sendable {
            let onOwner: Bool
            let words: String
            var testDescription: String { "\(words) on the \(onOwner ? "owner" : "standby")" }
        }

        static let victims = [
            Victim(onOwner: true, words: "bascule run"), Victim(onOwner: false, words: "bascule run"),
            Victim(onOwner: true, words: "bascule volume run data"),
            Victim(onOwner: false, words: "bascule volume run data"),
        ]

        @Test(.timeLimit(.minutes(2)), arguments: victims)
        func aKilledProcessComesBackAndNothingIsLost(victim: Victim) throws {
            try Scenario.withServingPair { pair in
                let writer = try Scenario.writer(pair)
                let node = victim.onOwner ? pair.a : pair.b
                let mounted = try pair.a.run("findmnt", "-no", "SOURCE", "/mnt/data")
                for _ in 0..<3 {
                    let killed = try node.processes(matching: victim.words)
                    #expect(killed.count == 1)
                    killed.forEach { kill($0, SIGKILL) }
                    try Deadline.wait(until: "the supervisor to restart it", within: 10) {
                        let living = try node.processes(matching: victim.words)
                        return living.count == 1 && living != killed
                    }
                    try Scenario.progress(writer, by: 30)
                }
                #expect(try pair.a.run("findmnt", "-no", "SOURCE", "/mnt/data") == mounted)
                try Scenario.awaitSync(pair)
                try Scenario.awaitService(pair, on: pair.a)
                try Scenario.audit(writer, pair, sync: pair.a)
            }
        }

        @Test(.timeLimit(.minutes(3))) func anEngineKilledDuringTheResyncResumesIt() throws {
            var settings = Scenario.small
            settings.resyncRate = "16M"
            try Scenario.withPair(settings) { pair in
                try pair.wait(for: "the engines to connect", on: pair.a) { $0.volumes.first?.connection == .connected }
                try pair.a.run("bascule", "volume", "first-sync", "data", "--from", "this-node", "--yes")
                for node in pair.nodes {
                    try pair.wait(for: "the resync to run", on: pair.a) {
                        ($0.volumes.first?.resync?.doneThousandths ?? 0) > 50
                    }
                    try node.processes(matching: "bascule volume run data").forEach { kill($0, SIGKILL) }
                    try pair.wait(for: "the engines to connect again", on: pair.a) {
                        $0.volumes.first?.connection == .syncSource
                            || $0.volumes.first.map(PairStatus.isInSync) ?? false
                    }
                }
                try Scenario.awaitSync(pair)
            }
        }
    }
}
