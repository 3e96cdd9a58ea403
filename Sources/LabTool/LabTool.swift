import ArgumentParser

/// The lab: a pair of nodes on one machine with the real kernel, to watch, test and measure Bascule. Not shipped.
@main struct LabTool: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lab",
        abstract: "Run a pair of Bascule nodes on this machine.",
        discussion: """
            Each node lives in its own network, mount, UTS and PID namespaces. Cables are veth pairs through switches that \
            can be unplugged, the null-modem cable is a pair of pseudo-terminals, the raw partitions are loop devices. \
            Needs root. Everything is taken away at the end, also after Ctrl-C.
            """,
        subcommands: [Demo.self, Bench.self, Serve.self, Clean.self])
}
