import ClusterModel
import Control
import Foundation
import Lab

/// The engine's NBD server against `nbdkit file` on a file of the same size, alone and with a connected peer, by fio.
struct BlockBench {
    let programs: Programs
    let seconds: Int

    private struct Job {
        let name: String
        let rw: String
        let block: String
        let depth: Int
        /// Throughput (MB/s) where true, else mean latency (µs).
        let isThroughput: Bool
    }

    private static let jobs = [
        Job(name: "write 1 MiB qd4", rw: "write", block: "1M", depth: 4, isThroughput: true),
        Job(name: "read 1 MiB qd4", rw: "read", block: "1M", depth: 4, isThroughput: true),
        Job(name: "write 4 KiB qd32", rw: "randwrite", block: "4k", depth: 32, isThroughput: true),
        Job(name: "write 4 KiB qd1 latency", rw: "randwrite", block: "4k", depth: 1, isThroughput: false),
        Job(name: "read 4 KiB qd1 latency", rw: "randread", block: "4k", depth: 1, isThroughput: false),
    ]

    func run() throws {
        var settings = PairSettings()
        settings.diskBytes = 512 << 20
        settings.activityLogExtents = 257
        settings.hasServices = false
        let pair = try Pair(settings, programs: programs)
        Interruption.clean { pair.remove() }
        defer { pair.remove() }
        try PairPreparation.prepare(pair)
        let size = PairPreparation.usableBytes(settings.diskBytes) / 1_048_576 * 1_048_576
        let raw = try measureNBDKit(pair, size)
        for node in pair.nodes { try node.powerOn() }
        try pair.wait(for: "the engines to connect", on: pair.a) { $0.volumes.first?.connection == .connected }
        try pair.a.run("bascule", "volume", "first-sync", "data", "--from", "this-node", "--yes")
        try pair.wait(for: "both copies UpToDate", on: pair.a, within: 300) {
            $0.volumes.first.map(PairStatus.isInSync) ?? false
        }
        try pair.wait(for: "the group web", on: pair.a) { PairStatus.serves($0, "web") }
        let connected = try measure(pair, size)
        try pair.b.pullPlug()
        try pair.wait(for: "serv-a to go on alone", on: pair.a) {
            $0.volumes.first?.connection == .wfConnection && $0.volumes.first?.isFrozen == false
        }
        let alone = try measure(pair, size)
        for (index, job) in Self.jobs.enumerated() {
            tell(job, "alone", alone[index], raw[index], "≥ 0.9")
            tell(job, "connected", connected[index], raw[index], "")
        }
    }

    private func measure(_ pair: Pair, _ size: UInt64) throws -> [Double] {
        let socket = "/run/bascule/volumes/data/nbd.sock"
        return try Self.jobs.map { job in
            let result = try pair.a.attempt(command(job, uri: "nbd+unix:///data?socket=\(socket)", size: size))
            return try value(job, result)
        }
    }

    /// The peer: `nbdkit file` on a file that lies beside the disks.
    private func measureNBDKit(_ pair: Pair, _ size: UInt64) throws -> [Double] {
        let file = "\(pair.folder)/nbdkit-disk"
        let socket = "\(pair.folder)/nbdkit.sock"
        try Shell.run(["truncate", "-s", String(size), file])
        let server = try Shell.start(
            ["nbdkit", "--foreground", "--unix", socket, "file", file, "cache=none"],
            output: "\(pair.folder)/nbdkit.log")
        defer {
            kill(server.pid, SIGKILL)
            server.wait()
        }
        try Deadline.wait(until: "nbdkit's socket", within: 5) { FileManager.default.fileExists(atPath: socket) }
        return try Self.jobs.map { try fio($0, uri: "nbd+unix:///?socket=\(socket)", size: size) }
    }

    private func tell(_ job: Job, _ mode: String, _ ours: Double, _ theirs: Double, _ bound: String) {
        let unit = job.isThroughput ? "MB/s" : "µs"
        let ratio = job.isThroughput ? ours / theirs : theirs / ours
        Bench.row(
            "\(job.name), \(mode)", String(format: "%.0f %@, nbdkit %.0f", ours, unit, theirs),
            String(format: "ratio %.2f %@", ratio, bound))
    }

    private func command(_ job: Job, uri: String, size: UInt64) -> [String] {
        [
            "fio", "--name=bench", "--ioengine=nbd", "--uri=\(uri)", "--rw=\(job.rw)",
            "--bs=\(job.block)",
            "--iodepth=\(job.depth)", "--size=\(size)", "--time_based=1", "--runtime=\(seconds)",
            "--output-format=json",
        ]
    }

    private func fio(_ job: Job, uri: String, size: UInt64) throws -> Double {
        try value(job, try Shell.attempt(command(job, uri: uri, size: size)))
    }

    private func value(_ job: Job, _ result: Shell.Result) throws -> Double {
        guard result.status == 0, let start = result.output.firstIndex(of: "{") else {
            throw LabError("fio failed: \(result.output.suffix(500)) \(result.errors.suffix(500))")
        }
        let report = try JSONDecoder().decode(FioReport.self, from: Data(result.output[start...].utf8))
        guard let side = job.rw.contains("read") ? report.jobs.first?.read : report.jobs.first?.write else {
            throw LabError("fio reported no job")
        }
        return job.isThroughput ? side.bw_bytes / 1e6 : side.lat_ns.mean / 1000
    }
}

/// The little of fio's report that is read here; the names are fio's.
private struct FioReport: Decodable {
    struct Latency: Decodable { let mean: Double }
    struct Side: Decodable {
        let bw_bytes: Double
        let lat_ns: Latency
    }
    struct Job: Decodable {
        let read: Side
        let write: Side
    }
    let jobs: [Job]
}
