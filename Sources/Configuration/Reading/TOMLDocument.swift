import TOMLKit

/// A parsed document with the lines of its settings.
struct TOMLDocument {
    /// Why a text is not TOML, and where.
    struct Fault: Error {
        var message: String
        var line: Int
    }

    let values: [String: TOMLNode]
    let locator: LineLocator

    /// Parses a text without NUL.
    ///
    /// The parser beneath (toml++ 3.4.0) aborts the process on a header without a key, such as `[?]`, and overflows its
    /// stack on a key or value of many levels. Up to its first error a text is valid, and the scanner sees it as the
    /// parser does: so the scanner finds these before the parser gets there, and the parser is asked only whether an
    /// error stands before them.
    init(_ text: String) throws(Fault) {
        var scanner = LineScanner(text: text)
        locator = LineLocator(lines: scanner.scan())
        guard let refusal = scanner.refusal else {
            values = try Self.parse(text)
            return
        }
        _ = try Self.parse(String(decoding: Array(text.utf8.prefix(refusal.offset)), as: UTF8.self))
        throw Fault(message: refusal.message, line: refusal.line)
    }

    private static func parse(_ text: String) throws(Fault) -> [String: TOMLNode] {
        do {
            return try TOMLNode.parse(text)
        } catch {
            throw Fault(message: error.description, line: error.source.begin.line)
        }
    }
}
