import Control
import Foundation

/// One server of the lab: its namespaces, its files, its plug.
package final class Node {
    package let name: String
    /// `etc` and `var` survive a pulled plug; `log` collects all runs.
    package let folder: String
    /// The disks of the pair, this node's and the peer's.
    package let disks: [Disk]
    private let network: Network
    private let place: Network.Place
    private let volumes: [String]
    package let programs: Programs
    private var shell: Program?
    private var isDark = false
    /// The host's pid of the node's PID 1, while the plug is in.
    package private(set) var initPID: pid_t?

    package init(
        _ place: Network.Place, folder: String, network: Network, disks: [Disk], volumes: [String],
        programs: Programs
    ) {
        self.name = "serv-\(place.rawValue)"
        self.folder = folder
        self.place = place
        self.network = network
        self.disks = disks
        self.volumes = volumes
        self.programs = programs
    }

    package var isPowered: Bool { initPID != nil }

    /// Plugs the node in and lets it boot; does not wait for anything but its PID 1.
    package func powerOn() throws {
        precondition(initPID == nil, "\(name) is powered already")
        if isDark { try network.connect(place) }
        isDark = false
        let process = try Shell.start(
            [
                "ip", "netns", "exec", network.namespace(place), "unshare", "--mount", "--uts", "--pid", "--fork",
                "--mount-proc",
                "--propagation", "private", "--kill-child=KILL", "\(programs.scripts)/lab/node", name, folder,
            ] + volumes, output: "\(folder)/log", environment: ["PATH": programs.searchPath])
        shell = process
        let pid: pid_t = try Deadline.wait(for: "PID 1 of \(name)", within: 5) {
            guard process.isRunning else { throw LabError("\(name) did not boot: see \(folder)/log") }
            return try Self.child(of: process.pid)
        }
        initPID = pid
    }

    /// `ip netns exec` and `unshare` exec each other; the one child after them is the node's PID 1.
    private static func child(of parent: pid_t) throws -> pid_t? {
        let text = try String(contentsOfFile: "/proc/\(parent)/task/\(parent)/children", encoding: .utf8)
        guard let child = text.split(separator: " ").first.flatMap({ pid_t($0) }) else { return nil }
        let command = try String(contentsOfFile: "/proc/\(child)/cmdline", encoding: .utf8)
        return command.contains("lab/node") ? child : nil
    }

    /// Pulls the power plug: every process of the node dies in the same instant, without a farewell, and its cables
    /// go dark.
    package func pullPlug() throws {
        guard let pid = initPID else { return }
        kill(pid, SIGKILL)
        initPID = nil
        isDark = true
        try network.losePower(place)
    }

    /// Waits until the kernel has cleared away what the dead node had open and mounted; then it can be powered again.
    package func awaitDeath() throws {
        guard let process = shell else { return }
        process.wait()
        shell = nil
        if isDark { try network.disconnect(place) }
    }

    /// Asks the node to stop in order, as `poweroff` would.
    package func powerOff() throws {
        guard let pid = initPID, let process = shell else { return }
        kill(pid, SIGTERM)
        try Deadline.wait(until: "\(name) to stop in order", within: 30) { !process.isRunning }
        initPID = nil
        shell = nil
    }

    /// Freezes or thaws every process of the node: a machine that hangs, though its kernel still answers ARP.
    package func hang(_ hung: Bool) throws {
        for pid in try processes() { kill(pid, hung ? SIGSTOP : SIGCONT) }
    }

    /// The host's pids of the node's processes whose command line contains `words`.
    package func processes(matching words: String = "") throws -> [pid_t] {
        guard let pid = initPID else { return [] }
        let mine = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(pid)/ns/pid_for_children")
        return try FileManager.default.contentsOfDirectory(atPath: "/proc").compactMap { pid_t($0) }.filter {
            candidate in
            // processes come and go while we look
            let namespace = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(candidate)/ns/pid")
            guard namespace == mine, let raw = FileManager.default.contents(atPath: "/proc/\(candidate)/cmdline") else {
                return false
            }
            let command = String(decoding: raw.map { $0 == 0 ? 0x20 : $0 }, as: UTF8.self)
            return words.isEmpty || command.contains(words)
        }
    }

    /// Runs a command inside the node.
    package func attempt(_ command: [String]) throws -> Shell.Result {
        guard let pid = initPID else { throw LabError("\(name) has no power") }
        return try Shell.attempt(
            ["nsenter", "-t", String(pid), "--net", "--mount", "--uts", "--pid", "--"] + command,
            environment: ["PATH": programs.searchPath])
    }

    @discardableResult package func run(_ command: String...) throws -> String {
        let result = try attempt(command)
        guard result.status == 0 else {
            throw Shell.Failure(command: command, status: result.status, output: result.output + result.errors)
        }
        return result.output
    }

    /// What `bascule status --json` says here.
    package func status() throws -> NodeStatusDocument {
        let result = try attempt(["bascule", "status", "--json"])
        return try JSONDecoder().decode(NodeStatusDocument.self, from: Data(result.output.utf8))
    }

    package func log() -> String {
        FileManager.default.contents(atPath: "\(folder)/log").map { String(decoding: $0, as: UTF8.self) } ?? ""
    }
}

/// Where the lab finds what it runs.
package struct Programs: Sendable {
    /// Folder of the built `bascule` and `lab`.
    package let binaries: String
    /// The project's `scripts` folder.
    package let scripts: String

    package init(binaries: String, scripts: String) {
        self.binaries = binaries
        self.scripts = scripts
    }

    package var searchPath: String { "\(binaries):/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin" }
}

package struct LabError: Error, CustomStringConvertible {
    package let description: String

    package init(_ description: String) {
        self.description = description
    }
}

extension Programs {
    /// The release binaries that `scripts/test` built and named in the environment, and this checkout's scripts.
    package static func ofThisBuild(_ source: String = #filePath) throws -> Programs {
        guard let binaries = ProcessInfo.processInfo.environment["BASCULE_BINARIES"] else {
            throw LabError("BASCULE_BINARIES is not set: run the tests with scripts/test")
        }
        let root = URL(fileURLWithPath: source).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        return Programs(binaries: binaries, scripts: root.appendingPathComponent("scripts").path)
    }
}
