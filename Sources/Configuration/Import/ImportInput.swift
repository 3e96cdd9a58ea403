/// One of the old files.
package struct ImportInput: Sendable {
    /// Its name in the notes.
    package var file: String
    package var text: String

    package init(file: String, text: String) {
        self.file = file
        self.text = text
    }

    /// Takes bytes as they are: comments of that time are often in ISO 8859-1, and what is no UTF-8 becomes U+FFFD.
    package init(file: String, bytes: [UInt8]) {
        self.init(file: file, text: String(decoding: bytes, as: UTF8.self))
    }

    /// The old files have a few KiB. What is larger is something else and is not read.
    package static let largestText = 256 << 10

    func place(_ line: Int) -> SourcePlace {
        SourcePlace(file: file, line: line)
    }

    /// Lines without comments and without carriage returns, numbered from 1; none of a text that is too large.
    func lines(_ notes: inout ImportNotes) -> [(number: Int, text: Substring)] {
        guard text.utf8.count <= Self.largestText else {
            notes.dropped("The file has \(text.utf8.count) bytes and was not read.", at: place(0))
            return []
        }
        // By scalars: "\r\n" is one Character, and would hide the line end.
        let lines = text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false)
        return lines.enumerated().map { index, line in
            let uncommented = line.prefix { $0 != "#" }.filter { $0 != "\r" && $0 != "\0" }
            return (index + 1, Substring(uncommented))
        }
    }
}

/// Outside text as a note may show it: short and without control characters.
func shown(_ text: some StringProtocol) -> String {
    let clean = text.unicodeScalars.prefix(60).map { $0.value < 0x20 || $0.value == 0x7f ? "?" : String($0) }
    return "\"\(clean.joined())\(text.unicodeScalars.count > 60 ? "…" : "")\""
}
