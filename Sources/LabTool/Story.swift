import ClusterModel
import Control
import Foundation
import Lab

/// The demo's acts, in the order of the paper's §3.5 and §4.3.
final class Story {
    private let pair: Pair
    private let clock = Stopwatch()
    private var measured = Measurements()

    init(pair: Pair) {
        self.pair = pair
    }

    func tell(_ sentence: String) {
        FileHandle.standardOutput.write(Data(String(format: "%8.3f s  %@\n", clock.seconds, sentence).utf8))
    }

    func play() throws -> Measurements {
        try prepareDisks()
        try boot()
        try synchroniseFirst()
        try awaitService(on: pair.a)
        tell("serv-a serves: address, ext4 and web server are up")
        let writer = RecordWriter(namespacePath: pair.network.path(.client), address: Pair.serviceAddress)
        try Deadline.wait(until: "the client's first hundred records", within: 30) {
            writer.snapshot.acknowledged.count >= 100
        }
        tell(
            "a client writes through \(Pair.serviceAddress): \(writer.snapshot.acknowledged.count) records acknowledged"
        )
        try pullPlug(writer)
        try returnOfTheLost(writer)
        try failback()
        try plannedStandby(writer)
        try audit(writer.stop())
        return measured
    }

    private func prepareDisks() throws {
        tell("two disks of \(pair.settings.diskBytes >> 20) MiB; an ext4 file system on serv-a's, metadata on both")
        try PairPreparation.prepare(pair)
    }

    private func boot() throws {
        tell("power on: serv-a and serv-b")
        try pair.a.powerOn()
        try pair.b.powerOn()
        for node in pair.nodes {
            try pair.wait(for: "all links up on \(node.name)", on: node) {
                !$0.links.isEmpty && $0.links.allSatisfy { $0.state == .up }
            }
        }
        let links = try pair.a.status().links.map(\.name.text).joined(separator: ", ")
        tell("both nodes hear each other on every link: \(links)")
    }

    private func synchroniseFirst() throws {
        try pair.wait(for: "the engines to connect", on: pair.a) { $0.volumes.first?.connection == .connected }
        tell("both copies are Inconsistent: nobody may serve until a person names the good one")
        try pair.a.run("bascule", "volume", "first-sync", "data", "--from", "this-node", "--yes")
        tell("first synchronisation, confirmed: bascule volume first-sync data --from this-node")
        try followResync()
        let volume = try PairStatus.volume(pair.a)
        measured.initialSyncBytes = volume.counters.networkSent * 1024
        tell("both copies are UpToDate; \(measured.initialSyncBytes >> 20) MiB were sent")
    }

    private func followResync() throws {
        var lastTold = -1
        try pair.wait(for: "both copies to be UpToDate", on: pair.a, within: 300) { status in
            guard let volume = status.volumes.first else { return false }
            if let progress = volume.resync, progress.doneThousandths / 250 > lastTold {
                lastTold = progress.doneThousandths / 250
                tell(
                    "  sync'ed: \(Double(progress.doneThousandths) / 10) %, \(progress.leftBytes >> 20) MiB left, "
                        + "\(progress.speed >> 20) MiB/s")
            }
            return PairStatus.isInSync(volume)
        }
    }

    private func awaitService(on node: Node, within seconds: Double = 30) throws {
        try pair.wait(for: "the group web on \(node.name)", on: node, within: seconds) {
            PairStatus.serves($0, "web")
        }
    }

    private func pullPlug(_ writer: RecordWriter) throws {
        writer.resetGap()
        let before = writer.snapshot.acknowledged.count
        tell("serv-a's power plug is pulled: no farewell")
        let outage = Stopwatch()
        try pair.a.pullPlug()
        try Deadline.wait(until: "an answer from serv-b", within: 60, every: 0.001) {
            writer.snapshot.acknowledged.count > before + 1
        }
        _ = outage
        measured.takeoverMilliseconds = Int(writer.snapshot.longestGap.rounded())
        try pair.a.awaitDeath()
        try awaitService(on: pair.b)
        tell("serv-b has taken over; the client waited \(measured.takeoverMilliseconds) ms")
    }

    private func returnOfTheLost(_ writer: RecordWriter) throws {
        let before = writer.snapshot.acknowledged.count
        try Deadline.wait(until: "fifty records that only serv-b has", within: 30) {
            writer.snapshot.acknowledged.count >= before + 50
        }
        let sentAlone = try PairStatus.volume(pair.b).counters.networkSent
        tell("serv-a's plug is back")
        try pair.a.powerOn()
        try pair.wait(for: "serv-a's copy to be current again", on: pair.b, within: 120) {
            $0.volumes.first.map(PairStatus.isInSync) ?? false
        }
        let sent = try PairStatus.volume(pair.b).counters.networkSent
        measured.resyncBytes = (sent - sentAlone) * 1024
        tell(
            "serv-a has resynchronised what changed: about \(measured.resyncBytes >> 10) KiB of \(pair.settings.diskBytes >> 10)"
        )
    }

    private func failback() throws {
        try awaitService(on: pair.a, within: 60)
        tell("auto_failback on: serv-a serves again")
    }

    private func plannedStandby(_ writer: RecordWriter) throws {
        let settled = writer.snapshot.acknowledged.count
        try Deadline.wait(until: "the client to write again", within: 30) {
            writer.snapshot.acknowledged.count > settled + 20
        }
        writer.resetGap()
        try pair.a.run("bascule", "standby")
        try awaitService(on: pair.b)
        let before = writer.snapshot.acknowledged.count
        try Deadline.wait(until: "an answer from serv-b", within: 30) {
            writer.snapshot.acknowledged.count > before + 20
        }
        measured.standbyOutageMilliseconds = Int(writer.snapshot.longestGap.rounded())
        tell("bascule standby: serv-b serves; the client waited \(measured.standbyOutageMilliseconds) ms")
    }

    private func audit(_ tally: RecordWriter.Tally) throws {
        let lost = try RecordWriter.lost(
            tally, namespacePath: pair.network.path(.client), address: Pair.serviceAddress)
        measured.acknowledgedWrites = tally.acknowledged.count
        measured.lostWrites = lost.count
        tell("\(tally.acknowledged.count) acknowledged records read back, \(lost.count) lost or wrong")
        try pair.b.run("sync")
        try pair.wait(for: "both copies in sync", on: pair.b) { $0.volumes.first.map(PairStatus.isInSync) ?? false }
        let difference = try pair.firstDifference(bytes: PairPreparation.usableBytes(pair.settings.diskBytes))
        measured.disksIdentical = difference == nil
        tell(difference.map { "the disks differ: \($0)" } ?? "both disks are identical")
    }

    func explainHowToLookAround() {
        for node in pair.nodes {
            guard let pid = node.initPID else { continue }
            print(
                "\(node.name):  nsenter -t \(pid) --net --mount --uts --pid bascule status --watch    (log: \(node.folder)/log)"
            )
        }
        print("client:  ip netns exec \(pair.network.namespace(.client)) curl http://\(Pair.serviceAddress)/record-0")
        print("Ctrl-C takes the pair away.")
    }
}
