import ArgumentParser
import Configuration
import LinuxIO

struct Import: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Turn the files of a Heartbeat and DRBD pair into a cluster.toml.",
        discussion: """
            Prints the definition on standard output, and on standard error what became of every line: translated, guessed, \
            dropped, or missing. A secret of authkeys is never printed; `bascule key` makes a new one.

              bascule import --ha-cf /etc/ha.d/ha.cf --haresources /etc/ha.d/haresources \\
                  --authkeys /etc/ha.d/authkeys --drbd-conf /etc/drbd.conf > cluster.toml
            """)

    @Option(name: .customLong("ha-cf"), help: "Heartbeat's ha.cf.") var haCF: String?
    @Option(help: "Heartbeat's haresources.") var haresources: String?
    @Option(help: "Heartbeat's authkeys.") var authkeys: String?
    @Option(help: "drbd.conf, of DRBD 0.7 to 8.4.") var drbdConf: String?
    @Flag(help: "Definition and notes as one JSON document.") var json = false

    func validate() throws {
        guard haCF != nil || haresources != nil || authkeys != nil || drbdConf != nil else {
            throw ValidationError("name at least one file; `bascule import --help` shows how")
        }
    }

    func run() throws {
        let result = Importer.run(
            haCF: try input(haCF), haresources: try input(haresources), authkeys: try input(authkeys),
            drbdConf: try input(drbdConf))
        let errors = result.reading.errors
        if json {
            print(try Answering.json(ImportDocument(result)))
        } else {
            print(result.text)
            for note in result.notes { Terminal.complain(note.description) }
            for error in errors { Terminal.complain("left for you: \(error)") }
        }
        guard errors.isEmpty else { throw Exit.configuration }
    }

    private func input(_ path: String?) throws -> ImportInput? {
        guard let path else { return nil }
        do throws(SystemError) {
            // One byte more than is read at all, so that a file that is too large is seen and told.
            let limit = ImportInput.largestText + 1
            return ImportInput(file: path, bytes: try FileDescriptor.contents(of: path, limit: limit))
        } catch {
            throw ValidationError("\(error)")
        }
    }
}

/// The result of an import as `--json` prints it.
struct ImportDocument: Encodable {
    struct Note: Encodable {
        let kind: String
        let file: String
        let line: Int
        let sentence: String
    }

    let definition: String
    let notes: [Note]
    let errors: [Finding]

    init(_ result: ImportResult) {
        definition = result.text
        notes = result.notes.map {
            Note(kind: $0.kind.rawValue, file: $0.place.file, line: $0.place.line, sentence: $0.sentence)
        }
        errors = result.reading.errors.map(Finding.init)
    }
}
