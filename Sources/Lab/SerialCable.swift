import Foundation

/// A null-modem cable: two pseudo-terminals and a relay between them that survives the reboot of either node.
package final class SerialCable {
    private let relay: Program
    private let folder: String

    package init(folder: String) throws {
        self.folder = folder
        relay = try Shell.start(
            ["socat", "PTY,raw,echo=0,link=\(folder)/tty-a", "PTY,raw,echo=0,link=\(folder)/tty-b"],
            output: "\(folder)/cable.log")
        for end in ["a", "b"] {
            try Deadline.wait(until: "the serial cable's end \(end)", within: 5) {
                FileManager.default.fileExists(atPath: "\(folder)/tty-\(end)")
            }
        }
    }

    package func end(_ node: String) -> String { "\(folder)/tty-\(node)" }

    /// Bytes stop crossing; nobody is told.
    package func cut() { kill(relay.pid, SIGSTOP) }

    /// Bytes cross again; what was in the relay arrives late, as stale frames.
    package func mend() { kill(relay.pid, SIGCONT) }

    package func remove() {
        kill(relay.pid, SIGKILL)
        relay.wait()
    }
}
