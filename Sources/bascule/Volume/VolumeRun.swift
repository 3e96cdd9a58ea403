import ArgumentParser
import LinuxIO
import VolumeRuntime

struct VolumeRun: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Be the replication engine of one volume (the default: `bascule volume NAME`).",
        discussion: """
            Started by the system manager (bascule-volume@NAME.service). It holds the lower device exclusively, talks to its twin on \
            the other node, and gives the volume to the local kernel while this node is primary. It can be killed and started \
            again under a mounted file system.
            """)

    @Argument(help: "The volume.") var name: String
    @OptionGroup var definition: DefinitionOptions
    @OptionGroup var sockets: RunDirectoryOption

    func run() throws {
        let (_, volume, node) = try definition.volume(name)
        do {
            throw ExitCode(
                try VolumeProcess.run(
                    VolumeProcess.Options(volume: volume, node: node, runDirectory: sockets.runDirectory)))
        } catch let problem as VolumeStartError {
            Terminal.complain("volume \(name): \(problem)")
            throw Exit.failed
        }
    }
}
