import ClusterModel
import Control
import Foundation
import Lab

/// How long a client is without an answer.
struct TakeoverBench {
    let programs: Programs

    func run() throws {
        try measure(PairSettings(), name: "keepalive 100 ms, deadtime 500 ms", bound: 600)
        var paper = PairSettings.paper
        paper.initdead = "12s"
        try measure(paper, name: "keepalive 2 s, deadtime 10 s", bound: 10300)
    }

    private func measure(_ settings: PairSettings, name: String, bound: Int) throws {
        try BenchPair.with(settings, programs) { pair in
            let writer = RecordWriter(namespacePath: pair.network.path(.client), address: Pair.serviceAddress)
            try progress(writer, 50)
            writer.resetGap()
            try pair.a.run("bascule", "standby")
            try pair.wait(for: "serv-b", on: pair.b) { PairStatus.serves($0, "web") }
            try progress(writer, 50)
            let standby = Int(writer.snapshot.longestGap)
            writer.resetGap()
            try pair.b.pullPlug()
            try pair.wait(for: "serv-a", on: pair.a, within: 60) { PairStatus.serves($0, "web") }
            try progress(writer, 50)
            let takeover = Int(writer.snapshot.longestGap)
            _ = writer.stop()
            Bench.row("take-over after plug pull, \(name)", "\(takeover) ms", "≤ \(bound) ms")
            Bench.row("planned standby, client's outage, \(name)", "\(standby) ms", "≤ 150 ms + service")
        }
    }

    private func progress(_ writer: RecordWriter, _ count: Int) throws {
        let before = writer.snapshot.acknowledged.count
        try Deadline.wait(until: "\(count) records", within: 60) {
            writer.snapshot.acknowledged.count >= before + count
        }
    }
}
