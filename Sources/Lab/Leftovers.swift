import Foundation

/// What a lab that was killed with SIGKILL could not take away itself.
package enum Leftovers {
    private static let root = "/var/tmp/bascule-lab"

    /// Removes everything of labs whose process is gone; gives their names.
    @discardableResult package static func remove() throws -> [String] {
        guard FileManager.default.fileExists(atPath: root) else { return [] }
        var removed: [String] = []
        for name in try FileManager.default.contentsOfDirectory(atPath: root) where !isOwned(name) {
            try remove(name)
            removed.append(name)
        }
        return removed
    }

    private static func isOwned(_ name: String) -> Bool {
        guard let text = try? String(contentsOfFile: "\(root)/\(name)/owner", encoding: .utf8),  // no file: nobody's
            let owner = pid_t(text.trimmingCharacters(in: .whitespacesAndNewlines))
        else { return false }
        return kill(owner, 0) == 0
    }

    private static func remove(_ name: String) throws {
        for place in Network.Place.allCases {
            let namespace = "bascule-\(name)-\(place.rawValue)"
            guard FileManager.default.fileExists(atPath: "/run/netns/\(namespace)") else { continue }
            let pids = try Shell.run(["ip", "netns", "pids", namespace])
            for pid in pids.split(separator: "\n").compactMap({ pid_t($0) }) { kill(pid, SIGKILL) }
            try Shell.run(["ip", "netns", "del", namespace])
        }
        for line in try Shell.run(["losetup", "--noheadings", "--raw", "--output", "NAME,BACK-FILE"]).split(
            separator: "\n")
        where line.contains("\(root)/\(name)/") {
            try Shell.run(["losetup", "--detach", String(line.prefix { $0 != " " })])
        }
        for pid in try Shell.attempt(["pgrep", "-f", "\(root)/\(name)/tty-"]).output.split(separator: "\n") {
            if let pid = pid_t(pid) { kill(pid, SIGKILL) }
        }
        try FileManager.default.removeItem(atPath: "\(root)/\(name)")
    }
}
