/// Reads the grammar that 0.7 and 8.4 share. Every damage is noted and read over.
struct DRBDConfReader {
    private enum Token: Equatable {
        case word(String)
        case open, close, end
    }

    private static let deepest = 8

    private let input: ImportInput
    private var tokens: [(token: Token, line: Int)] = []
    private var position = 0

    static func read(_ input: ImportInput, notes: inout ImportNotes) -> [DRBDStatement] {
        guard input.text.utf8.count <= ImportInput.largestText else {
            notes.dropped("The file has \(input.text.utf8.count) bytes and was not read.", at: input.place(0))
            return []
        }
        var reader = DRBDConfReader(input)
        let statements = reader.statements(depth: 0, notes: &notes)
        return statements
    }

    private init(_ input: ImportInput) {
        self.input = input
        tokenize()
    }

    private mutating func statements(depth: Int, notes: inout ImportNotes) -> [DRBDStatement] {
        var statements: [DRBDStatement] = []
        var words: [String] = []
        var line = 0
        while position < tokens.count {
            let (token, tokenLine) = tokens[position]
            position += 1
            if words.isEmpty { line = tokenLine }
            switch token {
            case .word(let word): words.append(word)
            case .end:
                if !words.isEmpty { statements.append(statement(words, body: nil, line: line)) }
                words = []
            case .open:
                guard depth < Self.deepest else {
                    notes.dropped("Sections are nested too deeply; the rest was not read.", at: input.place(tokenLine))
                    position = tokens.count
                    break
                }
                let body = self.statements(depth: depth + 1, notes: &notes)
                statements.append(statement(words.isEmpty ? ["{"] : words, body: body, line: line))
                words = []
            case .close:
                note(unfinished: words, line: line, notes: &notes)
                if depth > 0 { return statements }
                notes.dropped("This closing brace closes nothing.", at: input.place(tokenLine))
                words = []
            }
        }
        note(unfinished: words, line: line, notes: &notes)
        if depth > 0 { notes.guessed("The file ends inside a section.", at: input.place(line)) }
        return statements
    }

    private func statement(_ words: [String], body: [DRBDStatement]?, line: Int) -> DRBDStatement {
        DRBDStatement(words: words, body: body, place: input.place(line))
    }

    private func note(unfinished words: [String], line: Int, notes: inout ImportNotes) {
        guard let first = words.first else { return }
        notes.dropped("The statement that begins with \(shown(first)) is not ended by \";\".", at: input.place(line))
    }

    // MARK: Tokens

    private mutating func tokenize() {
        var rest = Array(input.text.unicodeScalars)[...]
        var line = 1
        while let scalar = rest.first {
            switch scalar {
            case "\n":
                line += 1
                rest.removeFirst()
            case "#": rest = rest.drop { $0 != "\n" }
            case "{": append(.open, line, &rest)
            case "}": append(.close, line, &rest)
            case ";": append(.end, line, &rest)
            case "\"":
                let start = line
                tokens.append((.word(quoted(&rest, line: &line)), start))
            case _ where scalar.properties.isWhitespace || scalar.value < 0x20: rest.removeFirst()
            default:
                let word = rest.prefix { !$0.properties.isWhitespace && !"{};#\"".unicodeScalars.contains($0) }
                tokens.append((.word(string(word)), line))
                rest = rest.dropFirst(max(1, word.count))
            }
        }
    }

    private mutating func append(_ token: Token, _ line: Int, _ rest: inout ArraySlice<Unicode.Scalar>) {
        tokens.append((token, line))
        rest.removeFirst()
    }

    private func quoted(_ rest: inout ArraySlice<Unicode.Scalar>, line: inout Int) -> String {
        var text = String.UnicodeScalarView()
        rest.removeFirst()
        while let scalar = rest.popFirst(), scalar != "\"" {
            if scalar == "\n" { line += 1 }
            if scalar == "\\", let escaped = rest.popFirst() {
                if escaped == "\n" { line += 1 }
                text.append(escaped)
            } else {
                text.append(scalar)
            }
        }
        return String(text)
    }

    private func string(_ scalars: ArraySlice<Unicode.Scalar>) -> String {
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars)
        return String(view)
    }
}
