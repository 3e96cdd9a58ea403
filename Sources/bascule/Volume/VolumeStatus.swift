import ArgumentParser
import ClusterModel
import Control
import VolumeRuntime

struct VolumeStatus: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Show one volume in DRBD's words.")

    @Argument(help: "The volume.") var name: String
    @Flag(help: "One JSON document.") var json = false
    @OptionGroup var options: RunDirectoryOption

    func run() throws {
        guard let volume = VolumeName(name) else {
            throw ValidationError("\"\(name)\" cannot be the name of a volume")
        }
        try Answering.run {
            let answer = try ControlClient.node(options).ask(.volume(volume, .status))
            guard case .volumeStatus(let document) = answer else { return try Answering.conclude(answer, json: json) }
            print(json ? try Answering.json(document) : StatusRenderer.text(for: document))
        }
    }
}

struct VolumeMetadata: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "metadata",
        abstract: "Show what the metadata on this node's disk say; needs no daemon, changes nothing.")

    @Argument(help: "The volume.") var name: String
    @OptionGroup var options: DefinitionOptions

    func run() throws {
        let (_, volume, node) = try options.volume(name)
        do {
            for line in try MetadataDump(volume, node: node).lines { print(line) }
        } catch {
            Terminal.complain("\(error)")
            throw Exit.failed
        }
    }
}
