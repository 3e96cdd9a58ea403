import Control
import Foundation

/// Two nodes with everything around them, on one machine, with the real kernel (DESIGN §7.2).
///
/// Owns namespaces, loop devices, the serial cable and all processes; `remove()` takes every one of them away.
package final class Pair {
    package static let serviceAddress = "192.0.2.10"
    package let settings: PairSettings
    package let folder: String
    package let network: Network
    package let cable: SerialCable
    package let a: Node
    package let b: Node
    private let disks: [Disk]

    package init(_ settings: PairSettings = PairSettings(), programs: Programs) throws {
        self.settings = settings
        let identifier = String(UInt32.random(in: .min ... .max), radix: 36)
        folder = "/var/tmp/bascule-lab/\(identifier)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try "\(getpid())\n".write(toFile: "\(folder)/owner")
        network = try Network(identifier: identifier)
        do {
            cable = try SerialCable(folder: folder)
        } catch {
            network.remove()
            throw error
        }
        do {
            disks = try Self.makeDisks(settings, folder: folder)
        } catch {
            cable.remove()
            network.remove()
            throw error
        }
        let volumes = settings.hasVolume ? ["data"] : []
        a = Node(.a, folder: "\(folder)/a", network: network, disks: disks, volumes: volumes, programs: programs)
        b = Node(.b, folder: "\(folder)/b", network: network, disks: disks, volumes: volumes, programs: programs)
        do {
            try writeConfiguration(programs)
        } catch {
            remove()
            throw error
        }
    }

    package var nodes: [Node] { [a, b] }

    private static func makeDisks(_ settings: PairSettings, folder: String) throws -> [Disk] {
        guard settings.hasVolume else { return [] }
        let first = try Disk(file: "\(folder)/disk-a", bytes: settings.diskBytes)
        do {
            return [first, try Disk(file: "\(folder)/disk-b", bytes: settings.diskBytes)]
        } catch {
            first.remove()
            throw error
        }
    }

    private func writeConfiguration(_ programs: Programs) throws {
        let text = settings.text(
            folder: folder, programs: programs,
            disks: (a: disks.first?.device ?? "", b: disks.last?.device ?? ""))
        let key = (0..<32).map { _ in UInt8.random(in: .min ... .max) }
        let hex = key.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        for node in nodes {
            for part in ["etc", "var"] {
                try FileManager.default.createDirectory(
                    atPath: "\(node.folder)/\(part)", withIntermediateDirectories: true)
            }
            try text.write(toFile: "\(node.folder)/etc/cluster.toml")
            try (hex + "\n").write(toFile: "\(node.folder)/etc/cluster.key")
            try FileManager.default.setAttributes(
                [.posixPermissions: 0o600], ofItemAtPath: "\(node.folder)/etc/cluster.key")
        }
    }

    /// Polls one node's status until `condition` holds.
    @discardableResult package func wait(
        for what: String, on node: Node, within seconds: Double = 20,
        _ condition: (NodeStatusDocument) throws -> Bool
    ) throws -> NodeStatusDocument {
        do {
            return try Deadline.wait(for: what, within: seconds, every: 0.05) {
                let status = try node.status()
                return try condition(status) ? status : nil
            }
        } catch {
            throw LabError("\(error)\n\(lastLines)")
        }
    }

    /// The end of both nodes' logs, for failures.
    package var lastLines: String {
        nodes.map { node in
            "--- last lines of \(node.name)\n"
                + node.log().split(separator: "\n").suffix(60).joined(separator: "\n")
        }.joined(separator: "\n")
    }

    /// Compares what both lower devices hold below their metadata; gives the first differing offset, or nil.
    package func firstDifference(bytes: UInt64) throws -> String? {
        guard disks.count == 2 else { return nil }
        for disk in disks { try Shell.run(["blockdev", "--flushbufs", disk.device]) }
        let result = try Shell.attempt(["cmp", "-n", String(bytes), disks[0].device, disks[1].device])
        return result.status == 0 ? nil : result.output + result.errors
    }

    /// Takes everything away again; safe to call twice and half-way through a failure.
    package func remove() {
        for node in nodes {
            // What cannot be taken away politely goes with the namespaces below.
            try? node.pullPlug()
            try? node.awaitDeath()
        }
        cable.remove()
        network.remove()
        disks.forEach { $0.remove() }
        try? FileManager.default.removeItem(atPath: folder)  // what is left is a few logs under /var/tmp
    }
}

extension String {
    func write(toFile path: String) throws {
        try write(to: URL(fileURLWithPath: path), atomically: true, encoding: .utf8)
    }
}
