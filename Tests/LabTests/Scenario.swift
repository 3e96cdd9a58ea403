import ClusterModel
import Control
import Foundation
import Lab
import Testing

/// What the scenarios share: a pair that was brought to a known state, and is taken away whatever happens.
enum Scenario {
    /// A powered pair whose nodes hear each other on every link. Scenarios that need no data leave the volume out.
    static func withPair(_ settings: PairSettings = small, _ body: (Pair) throws -> Void) throws {
        try Leftovers.remove()
        let pair = try Pair(settings, programs: Programs.ofThisBuild())
        defer { pair.remove() }
        do {
            try PairPreparation.prepare(pair)
            for node in pair.nodes { try node.powerOn() }
            for node in pair.nodes { try awaitLinks(pair, on: node) }
            try body(pair)
        } catch {
            throw LabError("\(error)\n\(pair.lastLines)")
        }
    }

    /// The same, first synchronisation done, group web served by serv-a.
    static func withServingPair(_ settings: PairSettings = small, _ body: (Pair) throws -> Void) throws {
        try withPair(settings) { pair in
            if settings.hasVolume {
                try pair.wait(for: "the engines to connect", on: pair.a) { $0.volumes.first?.connection == .connected }
                try pair.a.run("bascule", "volume", "first-sync", "data", "--from", "this-node", "--yes")
                try awaitSync(pair)
            }
            try awaitService(pair, on: pair.a)
            try body(pair)
        }
    }

    static var small: PairSettings {
        var settings = PairSettings()
        settings.diskBytes = 64 << 20
        return settings
    }

    static var withoutVolume: PairSettings {
        var settings = PairSettings()
        settings.hasVolume = false
        return settings
    }

    static func awaitLinks(_ pair: Pair, on node: Node) throws {
        try pair.wait(for: "all links up on \(node.name)", on: node) {
            $0.links.count == 3 && $0.links.allSatisfy { $0.state == .up }
        }
    }

    static func awaitSync(_ pair: Pair, within seconds: Double = 60) throws {
        for node in pair.nodes {
            try pair.wait(for: "both copies UpToDate, as \(node.name) sees it", on: node, within: seconds) {
                $0.volumes.first.map(PairStatus.isInSync) ?? false
            }
        }
    }

    static func awaitService(_ pair: Pair, on node: Node, within seconds: Double = 20) throws {
        try pair.wait(for: "group web on \(node.name)", on: node, within: seconds) { PairStatus.serves($0, "web") }
    }

    static func writer(_ pair: Pair) throws -> RecordWriter {
        let writer = RecordWriter(namespacePath: pair.network.path(.client), address: Pair.serviceAddress)
        try progress(writer, by: 20)
        return writer
    }

    /// Waits until the client has got `count` more records acknowledged.
    static func progress(_ writer: RecordWriter, by count: Int, within seconds: Double = 30) throws {
        let before = writer.snapshot.acknowledged.count
        try Deadline.wait(until: "\(count) more acknowledged records", within: seconds) {
            writer.snapshot.acknowledged.count >= before + count
        }
    }

    /// Stops the client and demands every acknowledged record back, and two identical disks.
    static func audit(_ writer: RecordWriter, _ pair: Pair, sync node: Node) throws {
        let tally = writer.stop()
        #expect(tally.error == nil)
        let lost = try RecordWriter.lost(
            tally, namespacePath: pair.network.path(.client), address: Pair.serviceAddress)
        #expect(
            lost.isEmpty,
            "\(lost.count) of \(tally.acknowledged.count) acknowledged records are lost: \(lost.prefix(10))")
        try node.run("sync")
        try awaitSync(pair)
        let usable = PairPreparation.usableBytes(pair.settings.diskBytes)
        try Deadline.wait(until: "identical disks", within: 5, every: 0.2) {
            try pair.firstDifference(bytes: usable) == nil
        }
    }

    /// Nothing moves for a while: the group stays on `node` and the client is answered all the time.
    static func expectNothingMoves(_ pair: Pair, servedBy node: Node, for seconds: Double) throws {
        let watch = Stopwatch()
        while watch.seconds < seconds {
            let status = try node.status()
            #expect(PairStatus.serves(status, "web"), "the group left \(node.name)")
            Thread.sleep(forTimeInterval: 0.05)
        }
    }
}
