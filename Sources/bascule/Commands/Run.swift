import ArgumentParser
import Configuration
import NodeRuntime

struct Run: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Be a node of the cluster: the daemon that sends heartbeats and runs the groups.",
        discussion: """
            Started by the system manager (bascule.service). SIGTERM hands the groups over to the other node, releases the rest \
            and ends. Killed without warning, it finds its groups still running at the next start and goes on with them.

            Exit codes: 0 after an orderly end, 71 when the machine lacks something, 78 when the configuration has errors.
            """)

    @OptionGroup var definition: DefinitionOptions
    @OptionGroup var sockets: RunDirectoryOption
    @Option(help: ArgumentHelp("Where the little stable state is kept.", visibility: .hidden))
    var stateDirectory = "/var/lib/bascule"

    func run() throws {
        var options = NodeProcess.Options()
        options.configurationPath = definition.configuration
        options.node = definition.node
        options.runDirectory = sockets.runDirectory
        options.stateDirectory = stateDirectory
        options.version = Version.text
        throw ExitCode(NodeProcess.run(options))
    }
}
