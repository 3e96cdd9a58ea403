import ClusterModel
import Control
import Foundation
import Lab

/// A full synchronisation against `dd` over the same cable onto the same kind of disk.
struct ResyncBench {
    let programs: Programs

    func run() throws {
        var settings = PairSettings()
        settings.diskBytes = 1 << 30
        let pair = try Pair(settings, programs: programs)
        Interruption.clean { pair.remove() }
        defer { pair.remove() }
        let copied = try copyWithDD(pair)
        try PairPreparation.prepare(pair, withFileSystem: false)
        for node in pair.nodes { try node.powerOn() }
        try pair.wait(for: "the engines to connect", on: pair.a) { $0.volumes.first?.connection == .connected }
        let watch = Stopwatch()
        try pair.a.run("bascule", "volume", "first-sync", "data", "--from", "this-node", "--yes")
        try pair.wait(for: "both copies UpToDate", on: pair.a, within: 600) {
            $0.volumes.first.map(PairStatus.isInSync) ?? false
        }
        let speed = Double(settings.diskBytes) / 1e6 / watch.seconds
        Bench.row(
            "resync of 1 GiB", String(format: "%.0f MB/s, dd %.0f MB/s", speed, copied),
            String(format: "ratio %.2f ≥ 0.8", speed / copied))
    }

    /// MB/s of a raw copy with direct I/O on both sides through the direct cable.
    private func copyWithDD(_ pair: Pair) throws -> Double {
        let (from, to) = (pair.a.disks[0].device, pair.a.disks[1].device)
        try Shell.run(["dd", "if=/dev/zero", "of=\(from)", "bs=1M", "oflag=direct", "status=none", "count=1024"])
        let receiver = try Shell.start(
            [
                "ip", "netns", "exec", pair.network.namespace(.b), "sh", "-c",
                "socat -u -b 1048576 TCP-LISTEN:9999,reuseaddr - | dd of=\(to) bs=1M iflag=fullblock oflag=direct conv=fsync status=none",
            ], output: "\(pair.folder)/dd.log")
        try Deadline.wait(until: "the receiver to listen", within: 5) {
            try Shell.run(["ip", "netns", "exec", pair.network.namespace(.b), "ss", "-ltn"]).contains(":9999")
        }
        let watch = Stopwatch()
        try Shell.run([
            "ip", "netns", "exec", pair.network.namespace(.a), "sh", "-c",
            "dd if=\(from) bs=1M iflag=direct status=none | socat -u -b 1048576 - TCP:198.51.100.2:9999",
        ])
        receiver.wait()
        return Double(pair.settings.diskBytes) / 1e6 / watch.seconds
    }
}
