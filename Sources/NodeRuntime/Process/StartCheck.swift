import ClusterModel
import Configuration
import Glibc
import LinuxIO

/// Why `bascule run` cannot start as configured, one line each.
struct StartProblem: Error {
    var lines: [String]
}

/// Reads and checks everything that the start depends on.
enum StartCheck {
    static func settings(_ options: NodeProcess.Options, logger: Logger) throws(StartProblem) -> NodeSettings {
        let definition = try definition(options, logger: logger)
        let node = try identity(options, definition)
        guard let peer = definition.peer(of: node) else {
            throw StartProblem(lines: ["\(options.configurationPath) names no second node"])
        }
        guard BeatEnvelope.fits(definition) else {
            throw StartProblem(lines: ["a heartbeat of this cluster does not fit a frame: use fewer or shorter names"])
        }
        return NodeSettings(
            definition: definition, node: node, peer: peer, configuration: ConfigurationHash(of: definition),
            keys: try keys(definition), runDirectory: options.runDirectory, stateDirectory: options.stateDirectory,
            version: options.version)
    }

    private static func definition(
        _ options: NodeProcess.Options, logger: Logger
    ) throws(StartProblem) -> ClusterDefinition {
        let reading = ConfigurationFile.read(options.configurationPath)
        for warning in reading.warnings { logger.warning("\(warning)") }
        guard let definition = reading.definition else {
            throw StartProblem(lines: reading.errors.map(\.description))
        }
        return definition
    }

    private static func identity(
        _ options: NodeProcess.Options, _ definition: ClusterDefinition
    ) throws(StartProblem) -> NodeName {
        let text = options.node ?? machineName()
        guard let name = NodeName(text), definition.nodes.contains(where: { $0.name == name }) else {
            let known = definition.nodes.map(\.name.text).joined(separator: " and ")
            throw StartProblem(
                lines: ["this machine is \"\(text)\", the cluster's nodes are \(known): set its name to one of them"])
        }
        return name
    }

    /// As `uname -n` says it.
    private static func machineName() -> String {
        var buffer = [UInt8](repeating: 0, count: 256)
        let answer = buffer.withUnsafeMutableBytes { bytes in
            bytes.withMemoryRebound(to: CChar.self) { text in
                text.baseAddress.map { gethostname($0, text.count - 1) } ?? -1
            }
        }
        return answer == 0 ? String(decoding: buffer.prefix { $0 != 0 }, as: UTF8.self) : ""
    }

    private static func keys(_ definition: ClusterDefinition) throws(StartProblem) -> [SharedKey] {
        do throws(KeyFileError) {
            return try KeyFile.readAll(definition.keyFile)
        } catch {
            throw StartProblem(lines: ["\(error)"])
        }
    }
}
