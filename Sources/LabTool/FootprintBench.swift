import ClusterModel
import Control
import Foundation
import Lab

/// Memory, idle processor time, size on disk and libraries of the shipped binary.
struct FootprintBench {
    let programs: Programs

    func run() throws {
        try binary()
        var settings = PairSettings()
        (settings.keepalive, settings.warntime, settings.deadtime) = ("1s", "3s", "5s")
        settings.diskBytes = 1 << 40  // sparse: only the metadata are ever written
        settings.resyncRate = "1K"
        try daemons(settings)
    }

    private func binary() throws {
        let copy = "/tmp/bascule-stripped-\(getpid())"
        defer { unlink(copy) }
        try Shell.run(["strip", "-o", copy, programs.binaries + "/bascule"])
        let size = try FileManager.default.attributesOfItem(atPath: copy)[.size] as? Int ?? 0
        Bench.row("stripped binary", String(format: "%.1f MB", Double(size) / 1e6), "≤ 18 MB")
        let linked = try Shell.run(["objdump", "-p", copy]).split(separator: "\n").filter { $0.contains("NEEDED") }
            .compactMap { $0.split(separator: " ").last.map(String.init) }
        Bench.row("linked at run time", linked.joined(separator: " "), "")
    }

    private func daemons(_ settings: PairSettings) throws {
        let pair = try Pair(settings, programs: programs)
        Interruption.clean { pair.remove() }
        defer { pair.remove() }
        try PairPreparation.prepare(pair, withFileSystem: false)
        for node in pair.nodes { try node.powerOn() }
        try pair.wait(for: "the engines to connect", on: pair.a, within: 60) {
            $0.volumes.first?.connection == .connected
        }
        let processes = [("bascule run", 20.0), ("bascule volume run data", 80.0)]
        let pids = try processes.map { try pair.b.processes(matching: $0.0).first ?? 0 }
        let before = try pids.map(ticks)
        let span = 20.0
        Thread.sleep(forTimeInterval: span)
        let after = try pids.map(ticks)
        for (index, (name, bound)) in processes.enumerated() {
            let resident = try residentMegabytes(pids[index])
            Bench.row(
                "\(name): resident memory (1 TiB volume)", String(format: "%.1f MB", resident), "≤ \(Int(bound)) MB")
            let share = Double(after[index] - before[index]) / Double(sysconf(Int32(_SC_CLK_TCK))) / span * 100
            Bench.row("\(name): idle CPU at keepalive 1 s", String(format: "%.2f %% of a core", share), "≤ 0.3 %")
        }
    }

    private func ticks(_ pid: pid_t) throws -> Int {
        let text = try String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8)
        let fields = text.split(separator: ")").last?.split(separator: " ") ?? []
        return (Int(fields[11]) ?? 0) + (Int(fields[12]) ?? 0)
    }

    private func residentMegabytes(_ pid: pid_t) throws -> Double {
        let text = try String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8)
        let line = text.split(separator: "\n").first { $0.hasPrefix("VmRSS") } ?? ""
        return (Double(line.split(separator: " ").dropLast().last ?? "0") ?? 0) * 1024 / 1e6
    }
}
