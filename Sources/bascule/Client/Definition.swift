import ArgumentParser
import ClusterModel
import Configuration
import LinuxIO

/// The definition and this node's place in it, for commands that read the file themselves.
struct DefinitionOptions: ParsableArguments {
    @Option(help: "The cluster definition.") var configuration = ConfigurationFile.standardPath
    @Option(help: "Which node this is; by default the one named as `uname -n` prints it.") var node: String?

    /// - Throws: exit code 78 after printing every error of the file.
    func read() throws -> (definition: ClusterDefinition, node: NodeName) {
        let reading = ConfigurationFile.read(configuration)
        guard reading.errors.isEmpty, let definition = reading.definition else {
            for error in reading.errors { Terminal.complain(error.description) }
            throw Exit.configuration
        }
        let text = node ?? MachineIdentity.nodeName
        guard let name = definition.nodes.map(\.name).first(where: { $0.text.lowercased() == text.lowercased() }) else {
            let names = definition.nodes.map(\.name.text).joined(separator: " and ")
            Terminal.complain(
                "this machine is named \"\(text)\", but \(configuration) lists \(names); --node says which to be")
            throw Exit.configuration
        }
        return (definition, name)
    }

    func volume(_ text: String) throws -> (definition: ClusterDefinition, volume: VolumeDefinition, node: NodeName) {
        let (definition, node) = try read()
        guard let name = VolumeName(text), let volume = definition.volume(name) else {
            let names = definition.volumes.map(\.name.text).joined(separator: ", ")
            Terminal.complain("there is no volume \"\(text)\" in \(configuration); it defines: \(names)")
            throw Exit.configuration
        }
        return (definition, volume, node)
    }
}
