import ArgumentParser
import Control
import FoundationEssentials

/// What every subcommand does with the end of an order.
enum Answering {
    /// Runs a subcommand's body and turns its errors into a sentence and an exit code.
    static func run(_ body: () throws -> Void) throws {
        do {
            try body()
        } catch let unavailable as Unavailable {
            Terminal.complain(unavailable.description)
            throw Exit.unavailable
        } catch let failure as ControlCodecFailure {
            Terminal.complain(failure.reason.sentence)
            throw Exit.unavailable
        }
    }

    /// Prints an outcome and ends with its code.
    static func conclude(_ response: ControlResponse, json: Bool) throws {
        switch response {
        case .outcome(let outcome):
            if json { print(try Self.json(OutcomeDocument(outcome))) } else { tell(outcome) }
            guard outcome.exitCode == 0 else { throw ExitCode(outcome.exitCode) }
        case .error(let error):
            if json { print(try Self.json(OutcomeDocument(result: "error", sentence: error.sentence))) }
            Terminal.complain(error.sentence)
            throw Exit.failed
        case .text(let text): print(text)
        case .nodeStatus, .volumeStatus, .volumeReport, .progress:
            Terminal.complain("the daemon answered something else than was asked")
            throw Exit.failed
        }
    }

    private static func tell(_ outcome: ControlOutcome) {
        if outcome.exitCode == 0 { print(outcome.sentence) } else { Terminal.complain(outcome.sentence) }
    }

    static func json(_ document: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(document), as: UTF8.self)
    }
}

/// The end of an order as `--json` prints it.
struct OutcomeDocument: Encodable {
    let result: String
    let sentence: String

    init(result: String, sentence: String) {
        self.result = result
        self.sentence = sentence
    }

    init(_ outcome: ControlOutcome) {
        let result =
            switch outcome {
            case .ok: "done"
            case .refused: "refused"
            case .failed: "failed"
            }
        self.init(result: result, sentence: outcome.sentence)
    }
}
