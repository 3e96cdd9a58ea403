/// One sentence about what became of a line of the old files.
package struct ImportNote: Hashable, Sendable, CustomStringConvertible {
    package enum Kind: String, Hashable, Sendable, CaseIterable {
        /// It has an exact counterpart.
        case translated
        /// It probably means this; a person should look.
        case guessed
        /// It has no counterpart here; the sentence says why, or what does its work.
        case dropped
        /// It cannot be had from the files; a person has to supply it.
        case missing
    }

    package var kind: Kind
    package var place: SourcePlace
    package var sentence: String

    /// `ha.cf:4: guessed: "wartime" is no directive of Heartbeat; taken as warntime.`
    package var description: String {
        "\(place): \(kind.rawValue): \(sentence)"
    }
}

/// Collects notes while one file after the other is translated.
struct ImportNotes {
    private(set) var list: [ImportNote] = []

    /// File by file as they were read, each from its first line to its last.
    var inOrder: [ImportNote] {
        var order: [String: Int] = [:]
        for note in list where order[note.place.file] == nil { order[note.place.file] = order.count }
        let ranked = list.enumerated().sorted { left, right in
            let (one, other) = (left.element.place, right.element.place)
            return (order[one.file, default: 0], one.line, left.offset) < (
                order[other.file, default: 0], other.line, right.offset
            )
        }
        return ranked.map(\.element)
    }

    mutating func translated(_ sentence: String, at place: SourcePlace) {
        add(.translated, sentence, at: place)
    }

    mutating func guessed(_ sentence: String, at place: SourcePlace) {
        add(.guessed, sentence, at: place)
    }

    mutating func dropped(_ sentence: String, at place: SourcePlace) {
        add(.dropped, sentence, at: place)
    }

    mutating func missing(_ sentence: String, at place: SourcePlace) {
        add(.missing, sentence, at: place)
    }

    /// Notes quote the old files; what is in them must not reach a terminal as control characters.
    private mutating func add(_ kind: ImportNote.Kind, _ sentence: String, at place: SourcePlace) {
        let clean = sentence.unicodeScalars.map { $0.value < 0x20 || $0.value == 0x7f ? "?" : String($0) }
        list.append(ImportNote(kind: kind, place: place, sentence: clean.joined()))
    }
}
