import ArgumentParser
import ClusterModel
import Configuration

struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Judge a cluster definition: every error at once, each with its line and what is allowed.",
        discussion: "Warnings say what the definition allows and its consequence. Exit code 78 when there are errors.")

    @Argument(help: "The file to judge.") var file = ConfigurationFile.standardPath
    @Flag(help: "The findings as JSON.") var json = false

    func run() throws {
        let reading = ConfigurationFile.read(file)
        if json {
            print(try Answering.json(reading.diagnostics.map(Finding.init)))
        } else {
            for diagnostic in reading.diagnostics { print(diagnostic) }
            print(conclusion(reading))
        }
        guard reading.errors.isEmpty else { throw Exit.configuration }
    }

    private func conclusion(_ reading: ConfigurationReading) -> String {
        guard reading.errors.isEmpty, let definition = reading.definition else {
            return "\(file): \(count(reading.errors.count, "error")), \(count(reading.warnings.count, "warning"))"
        }
        let nodes = definition.nodes.map(\.name.text).joined(separator: " and ")
        return
            "\(file): cluster \(definition.name) of \(nodes) is well defined (\(count(reading.warnings.count, "warning")))"
    }

    private func count(_ number: Int, _ noun: String) -> String {
        "\(number) \(noun)\(number == 1 ? "" : "s")"
    }
}

/// One diagnostic as `--json` prints it.
struct Finding: Encodable {
    let severity: String
    let file: String
    let line: Int
    let message: String
    let allowed: String?
    let suggestion: String?

    init(_ diagnostic: Diagnostic) {
        severity = diagnostic.severity.rawValue
        file = diagnostic.place.file
        line = diagnostic.place.line
        message = diagnostic.message
        allowed = diagnostic.allowed
        suggestion = diagnostic.suggestion
    }
}
