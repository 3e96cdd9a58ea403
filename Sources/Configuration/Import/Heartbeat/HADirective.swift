/// One line of `ha.cf`: a directive and its values (heartbeat reference, "ha.cf, grammar").
struct HADirective {
    var name: String
    /// Separated by blanks or commas.
    var values: [String]
    var place: SourcePlace

    /// All directives in order; order matters for the port and the speed, which hold for the media below them.
    static func read(_ input: ImportInput, notes: inout ImportNotes) -> [HADirective] {
        input.lines(&notes).compactMap { number, text in
            let words = text.split { $0 == " " || $0 == "\t" || $0 == "," }.map(String.init)
            guard let name = words.first else { return nil }
            return HADirective(name: name, values: Array(words.dropFirst()), place: input.place(number))
        }
    }
}
