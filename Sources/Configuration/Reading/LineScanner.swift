/// Walks through a TOML document once and notes the line of every header, key and list element.
///
/// It knows only as much of TOML as that takes: what values mean is TOMLKit's business. It always moves forward, so
/// that no text can hold it.
struct LineScanner {
    private let bytes: [UInt8]
    private var position = 0
    private var line = 1
    private var table = SettingPath.root
    private var elementCounts: [SettingPath: Int] = [:]
    private var lines: [SettingPath: Int] = [:]
    /// What TOMLKit must not be given, with the beginning of its statement; the walk ends there.
    private(set) var refusal: (message: String, offset: Int, line: Int)?
    private var statementStart = 0

    /// No setting of ours is deeper than five. Without a limit the recursion of the parser beneath ends its stack.
    private static let deepest = 16

    init(text: String) {
        bytes = Array(text.utf8)
    }

    mutating func scan() -> [SettingPath: Int] {
        skipBlank()
        while position < bytes.count, refusal == nil {
            let start = position
            statementStart = position
            if peek() == UInt8(ascii: "[") { header() } else { keyAndValue(below: table, depth: 0) }
            skipBlank()
            if position == start { advance() }
        }
        return lines
    }

    // MARK: Headers and keys

    private mutating func header() {
        let headerLine = line
        advance()
        let isListElement = peek() == UInt8(ascii: "[")
        if isListElement { advance() }
        skipSpaces()
        guard let first = peek(), isKeyStart(first) else {
            refuse("expected a key after \"[\"", line: headerLine)
            return
        }
        let keys = keyParts()
        while let byte = peek(), byte == UInt8(ascii: "]") || isSpace(byte) { advance() }
        guard let last = keys.last else { return }
        var path = keys.dropLast().reduce(SettingPath.root) { currentElement(of: $0.key($1)) }.key(last)
        if isListElement {
            note(path, line: headerLine)
            elementCounts[path, default: 0] += 1
        }
        path = currentElement(of: path)
        note(path, line: headerLine)
        table = path
    }

    /// The newest element where `path` is a list of tables, else `path` itself.
    private func currentElement(of path: SettingPath) -> SettingPath {
        elementCounts[path].map { path.index($0 - 1) } ?? path
    }

    private mutating func keyAndValue(below path: SettingPath, depth: Int) {
        let keyLine = line
        var place = path
        for key in keyParts() {
            place = place.key(key)
            note(place, line: keyLine)
        }
        skipSpaces()
        guard peek() == UInt8(ascii: "=") else { return }
        advance()
        value(at: place, depth: depth)
    }

    /// A bare, quoted or dotted key.
    private mutating func keyParts() -> [String] {
        var parts: [String] = []
        while true {
            skipSpaces()
            guard parts.count < Self.deepest else {
                refuse("this key has too many parts", line: line)
                return parts
            }
            guard let byte = peek() else { return parts }
            if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
                parts.append(quotedText())
            } else {
                let start = position
                while let byte = peek(), isBareKey(byte) { advance() }
                guard position > start else { return parts }
                parts.append(String(decoding: bytes[start..<position], as: UTF8.self))
            }
            skipSpaces()
            guard peek() == UInt8(ascii: ".") else { return parts }
            advance()
        }
    }

    // MARK: Values

    private mutating func value(at path: SettingPath, depth: Int) {
        skipSpaces()
        guard depth < Self.deepest else {
            refuse("this value is nested too deeply", line: line)
            return
        }
        guard let byte = peek() else { return }
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "'"): _ = quotedText()
        case UInt8(ascii: "["): list(at: path, depth: depth)
        case UInt8(ascii: "{"): inlineTable(at: path, depth: depth)
        default:
            while let byte = peek(), !isNewline(byte), !Array(",]}#".utf8).contains(byte) { advance() }
        }
    }

    private mutating func list(at path: SettingPath, depth: Int) {
        advance()
        var index = 0
        skipBlank()
        while let byte = peek(), byte != UInt8(ascii: "]") {
            let start = position
            note(path.index(index), line: line)
            value(at: path.index(index), depth: depth + 1)
            skipBlank()
            if peek() == UInt8(ascii: ",") { advance() }
            skipBlank()
            index += 1
            if position == start { return }
        }
        advance()
    }

    private mutating func inlineTable(at path: SettingPath, depth: Int) {
        advance()
        skipBlank()
        while let byte = peek(), byte != UInt8(ascii: "}") {
            let start = position
            keyAndValue(below: path, depth: depth + 1)
            skipBlank()
            if peek() == UInt8(ascii: ",") { advance() }
            skipBlank()
            if position == start { return }
        }
        advance()
    }

    /// Steps over a string of any of the four kinds; the content is returned without resolving escapes, which suffices
    /// for keys (an exotic one is then only located by the table around it).
    private mutating func quotedText() -> String {
        guard let quote = peek() else { return "" }
        let isMultiline = bytes[position...].starts(with: [quote, quote, quote])
        let closing = [UInt8](repeating: quote, count: isMultiline ? 3 : 1)
        for _ in closing { advance() }
        let start = position
        while position < bytes.count, !bytes[position...].starts(with: closing) {
            if !isMultiline && isNewline(bytes[position]) { break }
            if quote == UInt8(ascii: "\""), bytes[position] == UInt8(ascii: "\\") { advance() }
            advance()
        }
        let text = String(decoding: bytes[min(start, bytes.count)..<min(position, bytes.count)], as: UTF8.self)
        for _ in closing where peek() == quote { advance() }
        // A multi-line string may end with up to two quotes of its own before the closing three.
        if isMultiline { while peek() == quote { advance() } }
        return text
    }

    // MARK: Steps

    private mutating func note(_ path: SettingPath, line: Int) {
        if lines[path] == nil { lines[path] = line }
    }

    private mutating func refuse(_ message: String, line: Int) {
        if refusal == nil { refusal = (message, statementStart, line) }
    }

    private func peek() -> UInt8? {
        position < bytes.count && refusal == nil ? bytes[position] : nil
    }

    private mutating func advance() {
        guard position < bytes.count else { return }
        if bytes[position] == UInt8(ascii: "\n") { line += 1 }
        position += 1
    }

    private mutating func skipSpaces() {
        while let byte = peek(), isSpace(byte) { advance() }
    }

    /// Spaces, line ends and comments.
    private mutating func skipBlank() {
        while let byte = peek() {
            if byte == UInt8(ascii: "#") {
                while let byte = peek(), !isNewline(byte) { advance() }
            } else if isSpace(byte) || isNewline(byte) {
                advance()
            } else {
                return
            }
        }
    }

    private func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0d }
    private func isNewline(_ byte: UInt8) -> Bool { byte == 0x0a }

    private func isKeyStart(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") || byte < 0x80 && isBareKey(byte)
    }

    private func isBareKey(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, 0x2d, 0x5f, 0x80...: true
        default: false
        }
    }
}
