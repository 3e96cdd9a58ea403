import Foundation
import Glibc
import LinuxIO

/// A real systemd as PID 1 of a small container, made of the machine's own `/usr` (read-only) and a root directory that
/// holds nothing but the units of the test. It ends when `probe.service` ends, and its traces are removed.
struct SystemdContainer {
    struct Failure: Error, CustomStringConvertible {
        var description: String
    }

    /// Files under the container's root: path and text.
    var files: [String: String]
    /// Symbolic links under the container's root: path and target.
    var links: [String: String]
    /// The program that `probe.service` runs, and its arguments.
    var arguments: [String]
    /// Whether a D-Bus daemon runs in it.
    var startsDaemon: Bool

    /// Boots, waits for the probe's end, returns what it wrote.
    /// - Parameter limit: after this many seconds everything is killed and the run has failed.
    func run(limit: TimeInterval) throws -> String {
        let name = "bascule-test-\(getpid())-\(UInt32.random(in: 0 ... .max))"
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent(name)
        // What cannot be removed is a matter of the temporary folder's own cleaning.
        defer { try? FileManager.default.removeItem(at: directory) }
        let root = directory.appendingPathComponent("root")
        try makeRoot(root)
        let console = directory.appendingPathComponent("console")
        try Data().write(to: console)
        let group = try ControlGroup(name)
        defer { group.remove() }
        let process = try launch(root: root, name: name, console: console, group: group)
        let ended = wait(for: process, limit: limit)
        for place in ["propagate", "unix-export"] {
            // Left behind by nspawn at times; it is ours by its name, and empty.
            rmdir("/run/systemd/nspawn/\(place)/\(name)")
        }
        // A probe that wrote nothing has a story to tell as well: the console's.
        let said = (try? String(contentsOf: root.appendingPathComponent("probe/out"), encoding: .utf8)) ?? ""
        guard ended, process.terminationStatus == 0 else {
            let shown = (try? String(contentsOf: console, encoding: .utf8)) ?? ""
            let verdict = ended ? "status \(process.terminationStatus)" : "killed after \(limit) s"
            throw Failure(description: "container ended with \(verdict); console: \(shown); probe: \(said)")
        }
        return said
    }

    private func makeRoot(_ root: URL) throws {
        let manager = FileManager.default
        for path in ["etc/systemd/system", "usr", "proc", "sys", "dev", "run", "tmp", "var/log", "root", "probe"] {
            try manager.createDirectory(at: root.appendingPathComponent(path), withIntermediateDirectories: true)
        }
        for link in ["bin", "sbin", "lib", "lib64"] {
            try manager.createSymbolicLink(
                atPath: root.appendingPathComponent(link).path, withDestinationPath: "usr/\(link)")
        }
        for file in ["passwd", "group", "nsswitch.conf", "ld.so.cache", "os-release"] {
            let source = URL(fileURLWithPath: "/etc/\(file)").resolvingSymlinksInPath()
            try manager.copyItem(at: source, to: root.appendingPathComponent("etc/\(file)"))
        }
        try "uninitialized\n".write(
            to: root.appendingPathComponent("etc/machine-id"), atomically: false, encoding: .utf8)
        var files = self.files
        files["etc/systemd/system/lab.target"] = Self.target
        files["etc/systemd/system/probe.service"] = probeUnit()
        if startsDaemon { files.merge(Self.daemon) { _, daemon in daemon } }
        for (path, text) in files {
            try text.write(to: root.appendingPathComponent(path), atomically: false, encoding: .utf8)
        }
        for (path, target) in links {
            let link = root.appendingPathComponent(path)
            try manager.createDirectory(at: link.deletingLastPathComponent(), withIntermediateDirectories: true)
            try manager.createSymbolicLink(atPath: link.path, withDestinationPath: target)
        }
        let probe = root.appendingPathComponent("probe/unit-probe")
        try manager.copyItem(at: Self.products.appendingPathComponent("unit-probe"), to: probe)
    }

    private func launch(root: URL, name: String, console: URL, group: ControlGroup) throws -> Process {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments =
            [
                "-c", "echo $$ > \"$0\" && exec systemd-nspawn \"$@\"", group.members, "--directory=\(root.path)",
                "--bind-ro=/usr", "--machine=\(name)",
            ]
            + (try Self.swiftRuntime().map { ["--bind-ro=\($0):/probe/runtime"] } ?? [])
            + ["--keep-unit", "--register=no", "--console=pipe", "--private-network", "--boot"]
            + ["systemd.unit=lab.target", "systemd.show_status=no"]
        var environment = ProcessInfo.processInfo.environment
        environment["SYSTEMD_NSPAWN_UNIFIED_HIERARCHY"] = "1"
        process.environment = environment
        process.standardInput = FileHandle.nullDevice
        let output = try FileHandle(forWritingTo: console)
        process.standardOutput = output
        process.standardError = output
        try process.run()
        return process
    }

    /// Killing nspawn takes the container's processes along: their lifetime is tied to it.
    private func wait(for process: Process, limit: TimeInterval) -> Bool {
        let deadline = Date().addingTimeInterval(limit)
        while process.isRunning, Date() < deadline { usleep(20_000) }
        guard process.isRunning else { return true }
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        return false
    }

    private static let target = """
        [Unit]
        Requires=probe.service
        After=probe.service
        """

    /// systemd goes on the bus when units of these names run.
    private static let daemon = [
        "etc/systemd/system/dbus.socket": """
        [Unit]
        DefaultDependencies=no
        [Socket]
        ListenStream=/run/dbus/system_bus_socket
        """,
        "etc/systemd/system/dbus.service": """
        [Unit]
        DefaultDependencies=no
        Requires=dbus.socket
        After=dbus.socket
        [Service]
        Type=notify
        ExecStart=/usr/bin/dbus-daemon --system --address=systemd: --nofork --nopidfile --systemd-activation
        """,
    ]

    private func probeUnit() -> String {
        """
        [Unit]
        DefaultDependencies=no
        \(startsDaemon ? "Requires=dbus.service\nAfter=dbus.service" : "")
        SuccessAction=exit
        FailureAction=exit
        [Service]
        Type=notify
        Environment=LD_LIBRARY_PATH=/probe/runtime
        StandardOutput=file:/probe/out
        StandardError=file:/probe/out
        TimeoutStartSec=50
        WatchdogSec=50
        ExecStart=/probe/unit-probe \(arguments.joined(separator: " "))
        """
    }

    /// Where this test's own executable lies; the probe was built beside it.
    private static var products: URL {
        URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
    }

    /// The folder of the Swift runtime that this process uses; nil where it is linked statically.
    private static func swiftRuntime() throws -> String? {
        // Foundation stops at the first short read, and procfs gives nothing but those.
        let file = try FileDescriptor.open("/proc/self/maps", O_RDONLY)
        var maps = ""
        while true {
            let part = try file.readAll(limit: 2048)
            if part.isEmpty { break }
            maps += String(decoding: part, as: UTF8.self)
        }
        for line in maps.split(separator: "\n") where line.hasSuffix("/libswiftCore.so") {
            guard let start = line.firstIndex(of: "/") else { continue }
            return URL(fileURLWithPath: String(line[start...])).deletingLastPathComponent().path
        }
        return nil
    }
}
