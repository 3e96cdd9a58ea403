import ArgumentParser
import Control

struct Status: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show nodes, links, groups and volumes: who serves, and why.",
        discussion:
            "Volumes are shown in DRBD's words: roles, connection and disk states, and the counters of /proc/drbd.")

    @Flag(help: "One JSON document.") var json = false
    @Flag(help: "Show it again and again until Ctrl-C.") var watch = false
    @Option(help: "Milliseconds between two pictures of --watch.") var interval: UInt32 = 1000
    @OptionGroup var options: RunDirectoryOption

    func validate() throws {
        guard interval >= 100 else { throw ValidationError("--interval is at least 100 milliseconds") }
    }

    func run() throws {
        try Answering.run {
            let request: ControlRequest = watch ? .watch(intervalMilliseconds: interval) : .status
            try ControlClient.node(options).converse(request) { response in
                guard case .nodeStatus(let document) = response else {
                    try Answering.conclude(response, json: json)
                    return false
                }
                try show(document)
                return watch
            }
        }
    }

    private func show(_ document: NodeStatusDocument) throws {
        if json {
            print(try Answering.json(document))
        } else {
            if watch && Terminal.isInteractive { print("\u{1b}[H\u{1b}[2J", terminator: "") }
            print(StatusRenderer.text(for: document))
        }
    }
}
