import ArgumentParser

/// The one executable: daemons, and questions to them.
@main struct Bascule: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bascule",
        abstract: "Two servers, one service that does not stop.",
        discussion: """
            The definition of the pair is /etc/bascule/cluster.toml, the same file on both nodes; `bascule check` judges it. \
            On each node the system manager keeps `bascule run` alive, and `bascule volume NAME` for each replicated volume. \
            Everything else asks these daemons something and ends.

            The usual questions: `bascule status` (who serves, and why), `bascule standby` (let the other node serve), \
            `bascule check` (is the configuration right).

            Exit codes: 0 done, 1 refused, 2 failed on the way, 64 wrong usage, 69 the daemon does not answer, \
            78 the configuration has errors.
            """,
        version: Version.text,
        subcommands: [
            Run.self, Volume.self, Status.self, Check.self, Standby.self, Takeover.self, Failback.self, Clear.self,
            Import.self, Key.self,
        ])
}

enum Version {
    static let text = "0.1.0"
}
